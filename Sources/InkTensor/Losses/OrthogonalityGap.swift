/// Which vectors of a matrix are to be orthonormal.
package enum OrthogonalVectors: Sendable, Hashable {
  case rows
  case columns
}

/// How far a matrix is from one with orthonormal vectors: the length of what its products with itself have beside the
/// identity (Zhang et al., 2023, "AdaLoRA", equation 4, without the square).
enum OrthogonalityGap: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let vectors: OrthogonalVectors
  }

  static let name: StaticString = "orthogonalityGap"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.x.shape.rank == 2 else { throw ShapeMismatch("\(arguments.x.shape)") }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    result.floats[0] = Float(gap(of: lying(arguments), on: cpu).length)
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let vectors = lying(arguments)
    let (elements, length) = gap(of: vectors, on: cpu)
    let factor = length > 0 ? 2 * Double(gradient.toArray()[0]) / length : 0
    let count = vectors.shape[0]
    let bent = Tensor(elements.map { Float(factor * $0) }, shape: [count, count])
    let own = cpu.matmul(bent, vectors)  // [vectors, width]
    switch arguments.vectors {
    case .rows: flow.add(own, to: arguments.x)
    case .columns: flow.add(own.transposed([1, 0]).contiguous(), to: arguments.x)
    }
  }

  /// The vectors as rows, unknown to any tape.
  private static func lying(_ arguments: Arguments) -> Tensor {
    switch arguments.vectors {
    case .rows: arguments.x.detached
    case .columns: arguments.x.detached.transposed([1, 0]).contiguous()
    }
  }

  /// The products of all vectors without the identity, and the length of that matrix.
  private static func gap(of vectors: Tensor, on cpu: CPU) -> (elements: [Double], length: Double) {
    let count = vectors.shape[0]
    var elements = cpu.matmul(vectors, vectors, order: .transposed).toArray().map { Double($0) }
    for index in 0..<count { elements[index * count + index] -= 1 }
    return (elements, elements.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }
}

extension CPU {
  /// The Frobenius norm of `x xᵀ - I` for rows, of `xᵀ x - I` for columns; one element.
  package func orthogonalityGap(_ x: Tensor, of vectors: OrthogonalVectors) -> Tensor {
    apply(OrthogonalityGap.self, .init(x: x, vectors: vectors))
  }
}
