import CInkKernels

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
    let inner = arguments.a.shape[-1]
    let columns = result.shape[-1]
    guard result.elementCount > 0 else { return }
    guard inner > 0 else { return result.floats.update(repeating: 0, count: result.elementCount) }
    let width = PackedMatrix.panelWidth
    let panels = (columns + width - 1) / width
    let storage = cpu.memory.allocate(byteCount: panels * inner * width * 4)
    let matrix = PackedMatrix(
      outputs: columns, inputs: inner, layout: .dense(.f32), storage: storage, byteOffset: 0,
      panelBytes: inner * width * 4)
    let b = arguments.b.floats
    cpu.threads.run(count: panels, grain: max(1, 16_384 / (inner * width))) { chunk in
      for panel in chunk {
        let target = matrix.panel(panel).assumingMemoryBound(to: Float.self)
        let count = min(width, columns - panel * width)
        if count < width { target.update(repeating: 0, count: inner * width) }
        switch arguments.order {
        case .transposed:
          ink_float_interleave(b + panel * width * inner, inner, count, inner, target, width)
        case .rowMajor:
          for k in 0..<inner { (target + k * width).update(from: b + k * columns + panel * width, count: count) }
        }
      }
    }
    let term = MatrixDispatch.Term(matrix: matrix, output: result.floats, epilogue: ink_epilogue())
    MatrixDispatch(cpu: cpu, x: arguments.a.floats, rows: arguments.a.shape.rowCount, inputs: inner, terms: [term])
      .run()
    withExtendedLifetime((arguments, matrix)) {}
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
