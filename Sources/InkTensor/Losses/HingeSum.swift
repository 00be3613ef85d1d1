/// The weighted sum of what elements are above zero, in double precision and in order.
enum HingeSum: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let weights: [Float]
  }

  static let name: StaticString = "hingeSum"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.x.elementCount == arguments.weights.count else {
      throw ShapeMismatch("\(arguments.weights.count) weights for \(arguments.x.shape)")
    }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let x = arguments.x.floats
    var total = 0.0
    for (index, weight) in arguments.weights.enumerated() { total += Double(weight) * Double(max(x[index], 0)) }
    withExtendedLifetime(arguments) {}
    result.floats[0] = Float(total)
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let result = flow.cpu.allocate(arguments.x.shape)
    let (x, out, above) = (arguments.x.floats, result.floats, gradient.floats[0])
    for (index, weight) in arguments.weights.enumerated() { out[index] = x[index] > 0 ? above * weight : 0 }
    withExtendedLifetime((arguments, gradient)) {}
    flow.add(result, to: arguments.x)
  }
}

extension CPU {
  /// The weighted sum of what the elements of `x` are above zero, one element.
  package func hingeSum(_ x: Tensor, weights: [Float]) -> Tensor {
    apply(HingeSum.self, .init(x: x, weights: weights))
  }
}
