/// A generated token with the probabilities that the model gave at its position.
public struct GeneratedToken: Sendable, Hashable {
  /// The chosen token. Its log-probability is of the model's raw distribution, before penalties, temperature and cuts;
  /// nil when the source does not tell.
  public var chosen: TokenLogProbability
  /// The most probable tokens, best first; as many as were asked for.
  public var alternatives: [TokenLogProbability]

  /// A token with every field given.
  public init(chosen: TokenLogProbability, alternatives: [TokenLogProbability] = []) {
    self.chosen = chosen
    self.alternatives = alternatives
  }
}
