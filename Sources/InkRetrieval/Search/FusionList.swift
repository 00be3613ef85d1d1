/// A list that is to be fused with others.
public struct FusionList: Sendable, Hashable {
  /// How the scores of a list are brought to 0...1.
  public enum Scale: Sendable, Hashable {
    /// By the smallest and the largest of them; the best of the list has 1, however bad it is.
    case observed
    /// By 0 and a bound that no score exceeds; a list of little worth has small numbers throughout.
    case bounded(Double)
  }

  /// The results, best first.
  public var results: [ScoredPiece]
  /// How their scores are brought to 0...1.
  public var scale: Scale

  /// A list.
  public init(_ results: [ScoredPiece], scale: Scale = .observed) {
    self.results = results
    self.scale = scale
  }

  /// The scores, brought to 0...1.
  var scaled: [Double] {
    let scores = results.map(\.score)
    switch scale {
    case .observed:
      guard let low = scores.min(), let high = scores.max(), high > low else { return scores.map { _ in 1 } }
      return scores.map { ($0 - low) / (high - low) }
    case .bounded(let bound):
      return scores.map { bound > 0 ? min(max($0 / bound, 0), 1) : 0 }
    }
  }
}
