/// Drawing a token as the place of the greatest sum of logit and Gumbel noise (Gumbel 1954; Maddison et al. 2014).
package enum GumbelChoice {
  /// The index with the greatest logit + noise, the lowest on ties; nil when every logit is minus infinity.
  ///
  /// - Parameter noise: -log(-log(u)) for each token with u uniform in (0, 1), as many as there are logits.
  package static func index(logits: Span<Float>, noise: Span<Float>) -> Int? {
    var best = -Float.infinity
    var bestIndex: Int?
    for index in 0..<min(logits.count, noise.count) where logits[index] + noise[index] > best {
      best = logits[index] + noise[index]
      bestIndex = index
    }
    return bestIndex
  }
}
