import CInkKernels

/// Every element held between two bounds of the same size.
enum Clamp: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let limit: Float
  }

  static let name: StaticString = "clamp"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.limit >= 0 else { throw ShapeMismatch("limit \(arguments.limit)") }
    return arguments.x.shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (x, out, limit) = (arguments.x.floats, result.floats, arguments.limit)
    cpu.forEachRow(result.elementCount, width: 1, cost: 1) { chunk in
      // Comparisons with NaN are false: it stays what it is.
      for index in chunk { out[index] = x[index] > limit ? limit : x[index] < -limit ? -limit : x[index] }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let result = flow.cpu.allocate(arguments.x.shape)
    let (x, above, out, limit) = (arguments.x.floats, gradient.floats, result.floats, arguments.limit)
    flow.cpu.forEachRow(result.elementCount, width: 1, cost: 1) { chunk in
      for index in chunk { out[index] = x[index] > limit || x[index] < -limit ? 0 : above[index] }
    }
    flow.add(result, to: arguments.x)
  }
}

extension CPU {
  /// `x` with every element between `-limit` and `limit`.
  package func clamp(_ x: Tensor, to limit: Float) -> Tensor {
    apply(Clamp.self, .init(x: x, limit: limit))
  }
}
