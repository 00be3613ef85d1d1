/// The weighted sum of squared differences, in double precision and in order.
enum SquaredError: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let targets: [Float]
    let weights: [Float]
  }

  static let name: StaticString = "squaredError"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let count = arguments.x.elementCount
    guard count == arguments.targets.count, count == arguments.weights.count else {
      throw ShapeMismatch("\(arguments.targets.count) targets for \(arguments.x.shape)")
    }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let x = arguments.x.floats
    var total = 0.0
    for (index, target) in arguments.targets.enumerated() {
      let difference = Double(x[index]) - Double(target)
      total += Double(arguments.weights[index]) * difference * difference
    }
    withExtendedLifetime(arguments) {}
    result.floats[0] = Float(total)
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let result = flow.cpu.allocate(arguments.x.shape)
    let (x, out) = (arguments.x.floats, result.floats)
    let above = Double(gradient.floats[0])
    for (index, target) in arguments.targets.enumerated() {
      out[index] = Float(2 * above * Double(arguments.weights[index]) * (Double(x[index]) - Double(target)))
    }
    withExtendedLifetime((arguments, gradient)) {}
    flow.add(result, to: arguments.x)
  }
}

extension CPU {
  /// The weighted sum of squared differences between `x` and targets, one element.
  ///
  /// - Parameters:
  ///   - x: as many elements as there are targets.
  ///   - weights: for each element what its square is multiplied with.
  package func squaredError(_ x: Tensor, targets: [Float], weights: [Float]) -> Tensor {
    apply(SquaredError.self, .init(x: x, targets: targets, weights: weights))
  }
}
