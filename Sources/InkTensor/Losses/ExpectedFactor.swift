import CInkKernels

/// What factors amount to on average where entries are drawn by a softmax: `sum over rows of weight · (p · factors)`,
/// with p the softmax of the row. The loss that balances experts is such a sum.
enum ExpectedFactor: Operation {
  struct Arguments: Sendable {
    let scores: Tensor  // [rows, entries]
    let factors: Tensor  // [entries], constant
    let rowWeights: [Float]
  }

  static let name: StaticString = "expectedFactor"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (scores, factors) = (arguments.scores.shape, arguments.factors.shape)
    guard scores.rank == 2, factors == [scores[1]], arguments.rowWeights.count == scores[0] else {
      throw ShapeMismatch("scores \(scores), factors \(factors), \(arguments.rowWeights.count) weights")
    }
    return [1]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let factors = arguments.factors.floats
    cpu.sumOfRows(arguments.scores, weights: arguments.rowWeights, into: result) { row, count in
      let sum = cpu.rows.call.exp_sum(row, cpu.rows.call.maximum(row, count), count)
      return cpu.rows.call.dot(row, factors, count) / sum
    }
    withExtendedLifetime(arguments) {}
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.scores] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let count = arguments.scores.shape[1]
    let result = cpu.allocate(arguments.scores.shape)
    let (scores, factors, out) = (arguments.scores.floats, arguments.factors.floats, result.floats)
    let above = gradient.floats[0]
    cpu.forEachRow(arguments.rowWeights.count, width: count, cost: 16) { chunk in
      for row in chunk {
        let own = out + row * count
        own.update(from: scores + row * count, count: count)
        let sum = cpu.rows.call.exp_sum(own, cpu.rows.call.maximum(own, count), count)
        let mean = cpu.rows.call.dot(own, factors, count) / sum
        let weight = above * arguments.rowWeights[row] / sum
        for entry in 0..<count { own[entry] *= weight * (factors[entry] - mean) }
      }
    }
    withExtendedLifetime(arguments) {}
    flow.add(result, to: arguments.scores)
  }
}

extension CPU {
  /// `sum over rows of weight · (softmax(row) · factors)`, one element.
  ///
  /// - Parameters:
  ///   - scores: [rows, entries].
  ///   - factors: [entries]; no gradient flows to them.
  ///   - rowWeights: a number for each row.
  package func expectedFactor(_ factors: Tensor, scores: Tensor, rowWeights: [Float]) -> Tensor {
    apply(ExpectedFactor.self, .init(scores: scores, factors: factors, rowWeights: rowWeights))
  }

  /// The weighted sum of a number for each row, in order and in double precision.
  ///
  /// - Parameter number: gets a copy of a row, which it may change, and its length.
  func sumOfRows(
    _ x: Tensor, weights: [Float], into result: Tensor, _ number: (UnsafeMutablePointer<Float>, Int) -> Float
  ) {
    let (rows, width) = (x.shape.rowCount, x.shape[-1])
    let numbers = allocate([rows])
    let (from, to) = (x.floats, numbers.floats)
    forEachRow(rows, width: width, cost: 16) { chunk in
      let scratch = memory.allocate(byteCount: width * 4)
      let copy = scratch.base.assumingMemoryBound(to: Float.self)
      for row in chunk {
        copy.update(from: from + row * width, count: width)
        to[row] = number(copy, width)
      }
      withExtendedLifetime(scratch) {}
    }
    var sum = 0.0
    for row in 0..<rows where weights[row] != 0 { sum += Double(weights[row]) * Double(to[row]) }
    result.floats[0] = Float(sum)
    withExtendedLifetime((x, numbers)) {}
  }
}
