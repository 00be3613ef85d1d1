import CInkKernels

/// `cap * tanh(x / cap)`: keeps logits inside a band (Gemma 2).
enum SoftCap: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let cap: Float
  }

  static let name: StaticString = "softCap"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.cap > 0 else { throw ShapeMismatch("a cap of \(arguments.cap)") }
    return arguments.x.shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (x, out) = (arguments.x.floats, result.floats)
    cpu.forEachVectorChunk(result.elementCount, cost: 16) { start, count in
      cpu.rows.call.soft_cap(x + start, arguments.cap, out + start, count)
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let result = cpu.allocate(arguments.x.shape)
    let (x, above, out) = (arguments.x.floats, gradient.floats, result.floats)
    cpu.forEachVectorChunk(result.elementCount, cost: 24) { start, count in
      cpu.rows.call.soft_cap_gradient(x + start, arguments.cap, above + start, out + start, count)
    }
    flow.add(result, to: arguments.x)
  }
}

extension CPU {
  /// `cap * tanh(x / cap)`, element by element.
  package func softCap(_ x: Tensor, cap: Float) -> Tensor { apply(SoftCap.self, .init(x: x, cap: cap)) }
}
