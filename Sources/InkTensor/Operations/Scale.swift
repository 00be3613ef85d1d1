import CInkKernels

/// Every element times one factor.
enum Scale: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let factor: Float
  }

  static let name: StaticString = "scale"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape { arguments.x.shape }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (x, out) = (arguments.x.floats, result.floats)
    cpu.forEachRow(result.elementCount, width: 1, cost: 1) { chunk in
      cpu.rows.call.scale(x + chunk.lowerBound, arguments.factor, out + chunk.lowerBound, chunk.count)
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(x: arguments.x.hollow, factor: arguments.factor)
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    flow.add(flow.cpu.scale(gradient, by: arguments.factor), to: arguments.x)
  }
}

extension CPU {
  /// `x * factor`.
  package func scale(_ x: Tensor, by factor: Float) -> Tensor {
    apply(Scale.self, .init(x: x, factor: factor))
  }
}
