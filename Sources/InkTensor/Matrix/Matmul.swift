/// How the right-hand side of a plain matrix product lies in memory.
package enum MatrixOrder: Sendable {
  /// [inner, columns]: a · b.
  case rowMajor
  /// [columns, inner], as weights are kept: a · bᵀ.
  case transposed
}

/// The product of two f32 matrices.
enum Matmul: Operation {
  struct Arguments: Sendable {
    let a: Tensor
    let b: Tensor
    let order: MatrixOrder
  }

  static let name: StaticString = "matmul"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (a, b) = (arguments.a.shape, arguments.b.shape)
    guard a.rank > 0, b.rank == 2, a[-1] == (arguments.order == .transposed ? b[1] : b[0]) else {
      throw ShapeMismatch("\(a) and \(b), \(arguments.order)")
    }
    var result = a
    result[-1] = arguments.order == .transposed ? b[0] : b[1]
    return result
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let b = MatrixOperand(arguments.b, arguments.order == .transposed ? .transposed : .asStored)
    cpu.product(MatrixOperand(arguments.a), b, into: result)
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.a, arguments.b] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let (a, b, cpu) = (arguments.a, arguments.b, flow.cpu)
    switch arguments.order {
    case .rowMajor:  // a · b
      if flow.wants(a) { flow.add(cpu.matmul(gradient, b, order: .transposed), to: a) }
      flow.accumulate(into: b) { b, start in cpu.addProduct(ofTransposed: a, and: gradient, to: b, start) }
    case .transposed:  // a · bᵀ
      if flow.wants(a) { flow.add(cpu.matmul(gradient, b, order: .rowMajor), to: a) }
      flow.accumulate(into: b) { b, start in cpu.addProduct(ofTransposed: gradient, and: a, to: b, start) }
    }
  }
}

extension CPU {
  /// The product of contiguous f32 matrices, one chain over the inner axis an element.
  ///
  /// - Parameters:
  ///   - a: [..., inner].
  ///   - b: [inner, columns], or [columns, inner] when `order` is `.transposed`.
  /// - Returns: [..., columns].
  package func matmul(_ a: Tensor, _ b: Tensor, order: MatrixOrder = .rowMajor) -> Tensor {
    apply(Matmul.self, .init(a: a, b: b, order: order))
  }
}
