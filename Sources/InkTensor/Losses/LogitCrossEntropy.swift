#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cross-entropy of rows of scores against their classes, in double precision and in the order of the rows.
///
/// For heads of some classes, whose scores exist anyway; for a vocabulary there is
/// ``CPU/crossEntropy(_:weight:bias:factors:targets:rowWeights:settings:)``.
enum LogitCrossEntropy: Operation {
  struct Arguments: Sendable {
    let logits: Tensor  // [rows, classes]
    let targets: [Int32]
    let rowWeights: [Float]
    /// The share of the loss that is the mean over the classes.
    let labelSmoothing: Float
  }

  static let name: StaticString = "logitCrossEntropy"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let shape = arguments.logits.shape
    guard shape.rank == 2, shape[0] == arguments.targets.count, shape[0] == arguments.rowWeights.count,
      arguments.targets.allSatisfy({ $0 >= 0 && Int($0) < shape[1] })
    else { throw ShapeMismatch("\(arguments.targets.count) targets for logits \(shape)") }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let classes = arguments.logits.shape[1]
    let logits = arguments.logits.floats
    let smoothing = Double(arguments.labelSmoothing)
    var total = 0.0
    for (row, target) in arguments.targets.enumerated() where arguments.rowWeights[row] != 0 {
      let own = logits + row * classes
      let logSum = logSum(own, classes)
      var loss = (1 - smoothing) * (logSum - Double(own[Int(target)]))
      if smoothing > 0 {
        let mean = (0..<classes).reduce(0.0) { $0 + Double(own[$1]) } / Double(classes)
        loss += smoothing * (logSum - mean)
      }
      total += Double(arguments.rowWeights[row]) * loss
    }
    withExtendedLifetime(arguments) {}
    result.floats[0] = Float(total)
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.logits] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  /// The difference between what the softmax gives and what is wanted.
  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let classes = arguments.logits.shape[1]
    let result = cpu.zeros(arguments.logits.shape)
    let (logits, out) = (arguments.logits.floats, result.floats)
    let above = Double(gradient.floats[0])
    let smoothing = Double(arguments.labelSmoothing)
    cpu.forEachRow(arguments.targets.count, width: classes, cost: 20) { rows in
      for row in rows where arguments.rowWeights[row] != 0 {
        let own = logits + row * classes
        let logSum = logSum(own, classes)
        let factor = above * Double(arguments.rowWeights[row])
        for index in 0..<classes {
          let wanted = smoothing / Double(classes) + (index == Int(arguments.targets[row]) ? 1 - smoothing : 0)
          out[row * classes + index] = Float(factor * (exp(Double(own[index]) - logSum) - wanted))
        }
      }
    }
    withExtendedLifetime((arguments, gradient)) {}
    flow.add(result, to: arguments.logits)
  }

  private static func logSum(_ row: UnsafePointer<Float>, _ count: Int) -> Double {
    var largest = -Double.infinity
    for index in 0..<count { largest = max(largest, Double(row[index])) }
    var sum = 0.0
    for index in 0..<count { sum += exp(Double(row[index]) - largest) }
    return largest + log(sum)
  }
}

extension CPU {
  /// The cross-entropy of rows of scores against their classes: the weighted sum, one element.
  ///
  /// - Parameters:
  ///   - logits: [rows, classes].
  ///   - targets: for each row a class.
  ///   - rowWeights: for each row what its loss is multiplied with.
  ///   - labelSmoothing: the share of the loss that is the mean over the classes.
  package func crossEntropy(
    ofLogits logits: Tensor, targets: [Int32], rowWeights: [Float], labelSmoothing: Float = 0
  ) -> Tensor {
    apply(
      LogitCrossEntropy.self,
      .init(logits: logits, targets: targets, rowWeights: rowWeights, labelSmoothing: labelSmoothing))
  }
}
