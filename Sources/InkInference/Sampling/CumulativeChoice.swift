/// Choosing an index by inverting the cumulated distribution.
package enum CumulativeChoice {
  /// The smallest index whose cumulated probability exceeds `uniform`, in index order.
  ///
  /// - Parameters:
  ///   - uniform: in `0 ..< 1`.
  ///   - weights: non-negative, not necessarily summing to 1.
  /// - Returns: nil when no weight is above 0. Rounding at the end of the row falls to the last index with weight.
  package static func index(of uniform: Double, weights: Span<Float>) -> Int? {
    var sums: [Double] = []
    var start = 0
    while start < weights.count {
      let end = min(start + SoftmaxWeights.blockSize, weights.count)
      var sum = 0.0
      for index in start..<end { sum += Double(weights[index]) }
      sums.append(sum)
      start = end
    }
    return index(of: uniform, weights: weights, blockSums: sums)
  }

  /// The same with the sums of the blocks of `SoftmaxWeights.blockSize` at hand, so that whole blocks are passed over.
  static func index(of uniform: Double, weights: Span<Float>, blockSums: [Double]) -> Int? {
    var total = 0.0
    for sum in blockSums { total += sum }
    let target = uniform * total
    var cumulated = 0.0
    var lastWithWeight: Int?
    for (block, sum) in blockSums.enumerated() where sum > 0 {
      let start = block * SoftmaxWeights.blockSize
      let end = min(start + SoftmaxWeights.blockSize, weights.count)
      if cumulated + sum > target || block == blockSums.count - 1 {
        var running = cumulated
        for index in start..<end where weights[index] > 0 {
          running += Double(weights[index])
          lastWithWeight = index
          if running > target { return index }
        }
      } else {
        for index in stride(from: end - 1, through: start, by: -1) where weights[index] > 0 {
          lastWithWeight = index
          break
        }
      }
      cumulated += sum
    }
    return lastWithWeight
  }
}
