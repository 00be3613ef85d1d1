/// Two answers to the same prompt as tokens; only the answers count.
public struct PreferenceSample: TrainingSample, Hashable {
  /// The better one.
  public var chosen: CausalSample
  /// The other one.
  public var rejected: CausalSample

  /// How many tokens a model reads.
  public var tokenCount: Int { chosen.tokenCount + rejected.tokenCount }
  /// Where it comes from.
  public var origin: RecordOrigin { chosen.origin }
}
