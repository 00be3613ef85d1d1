/// Picks results that are good and unlike each other: maximal marginal relevance (Carbonell and Goldstein, 1998).
public struct Diversity: Sendable, Hashable {
  /// 1 looks at relevance alone, 0 at being unlike what was picked already.
  public var balance: Double

  /// Diversity with a balance between relevance and novelty; the usual one is 0.5 to 0.7.
  public init(balance: Double = 0.7) { self.balance = balance }

  /// The `count` results in the order they were picked.
  ///
  /// Relevance is the score brought to 0...1 by the smallest and largest of the list, so that it can stand beside the
  /// cosine of two vectors; equal gains are decided by the better place in the list.
  ///
  /// - Parameters:
  ///   - found: best first.
  ///   - vectors: the vector of each result; a result without one is unlike everything.
  public func pick(_ count: Int, of found: [ScoredPiece], vectors: [[Float]?]) -> [ScoredPiece] {
    guard found.count == vectors.count, count > 0 else { return Array(found.prefix(max(count, 0))) }
    let scores = found.map(\.score)
    let (low, high) = (scores.min() ?? 0, scores.max() ?? 0)
    let relevance = scores.map { high > low ? ($0 - low) / (high - low) : 1 }
    var nearest = [Double](repeating: 0, count: found.count)
    var remaining = Array(found.indices)
    var picked: [ScoredPiece] = []
    while picked.count < count, !remaining.isEmpty {
      var best = 0
      var bestGain = -Double.infinity
      for (place, index) in remaining.enumerated() {
        let gain = balance * relevance[index] - (1 - balance) * nearest[index]
        if gain > bestGain { (best, bestGain) = (place, gain) }
      }
      let chosen = remaining.remove(at: best)
      picked.append(found[chosen])
      guard let vector = vectors[chosen] else { continue }
      for index in remaining {
        if let other = vectors[index] { nearest[index] = max(nearest[index], cosine(vector, other)) }
      }
    }
    return picked
  }
}
