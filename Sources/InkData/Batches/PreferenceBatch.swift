/// Pairs of answers: the first document of `chosen` is preferred to the first of `rejected`, and so on.
public struct PreferenceBatch: TrainingBatch, Hashable {
  /// The better ones.
  public var chosen: CausalBatch
  /// The other ones.
  public var rejected: CausalBatch

  /// Samples one behind the other.
  public init(_ samples: [PreferenceSample]) {
    chosen = CausalBatch(samples.map(\.chosen))
    rejected = CausalBatch(samples.map(\.rejected))
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { chosen.tokenCount + rejected.tokenCount }
  /// How many pairs there are.
  public var lossWeight: Double { Double(chosen.lengths.count) }
  /// Where the samples come from.
  public var origins: [RecordOrigin] { chosen.origins }
}
