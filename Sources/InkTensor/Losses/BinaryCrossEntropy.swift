#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The weighted sum of the cross-entropies between targets of 0 to 1 and the sigmoids of logits, in double precision and
/// in order.
///
/// With `x` and target `t` each is `max(x, 0) - t * x + log(1 + exp(-|x|))`, which overflows nowhere.
enum BinaryCrossEntropy: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let targets: [Float]
    let weights: [Float]
  }

  static let name: StaticString = "binaryCrossEntropy"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let count = arguments.x.elementCount
    guard count == arguments.targets.count, count == arguments.weights.count else {
      throw ShapeMismatch("\(arguments.targets.count) targets for \(arguments.x.shape)")
    }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let logits = arguments.x.floats
    var total = 0.0
    for (index, target) in arguments.targets.enumerated() {
      let x = Double(logits[index])
      total += Double(arguments.weights[index]) * (max(x, 0) - Double(target) * x + log1p(exp(-abs(x))))
    }
    withExtendedLifetime(arguments) {}
    result.floats[0] = Float(total)
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let result = flow.cpu.allocate(arguments.x.shape)
    let (logits, out) = (arguments.x.floats, result.floats)
    let above = Double(gradient.floats[0])
    for (index, target) in arguments.targets.enumerated() {
      let sigmoid = 1 / (1 + exp(-Double(logits[index])))
      out[index] = Float(above * Double(arguments.weights[index]) * (sigmoid - Double(target)))
    }
    withExtendedLifetime((arguments, gradient)) {}
    flow.add(result, to: arguments.x)
  }
}

extension CPU {
  /// The weighted sum of the cross-entropies between targets and the sigmoids of logits, one element.
  ///
  /// - Parameters:
  ///   - x: logits, as many as there are targets.
  ///   - targets: of 0 to 1.
  ///   - weights: for each element what its cross-entropy is multiplied with.
  package func binaryCrossEntropy(_ x: Tensor, targets: [Float], weights: [Float]) -> Tensor {
    apply(BinaryCrossEntropy.self, .init(x: x, targets: targets, weights: weights))
  }
}
