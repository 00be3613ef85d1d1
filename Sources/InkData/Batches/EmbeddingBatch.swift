/// Related texts, each kind one behind the other.
public struct EmbeddingBatch: TrainingBatch, Hashable {
  /// The texts that others are compared with.
  public var anchors: EncoderInput
  /// For each anchor the text that belongs to it or is compared with it.
  public var partners: EncoderInput
  /// The texts that do not belong to their anchors, those of the first anchor first.
  public var negatives: EncoderInput
  /// How many negatives each anchor has. // [anchors]
  public var negativeCounts: [Int]
  /// How alike each anchor and its partner are; empty where that is not known. // [anchors]
  public var scores: [Float]
  /// Where each anchor comes from. // [anchors]
  public var origins: [RecordOrigin]

  /// Samples one behind the other.
  public init(_ samples: [EmbeddingSample]) {
    anchors = EncoderInput(samples.map(\.anchor))
    partners = EncoderInput(samples.map(\.partner))
    negatives = EncoderInput(samples.flatMap(\.negatives))
    negativeCounts = samples.map(\.negatives.count)
    scores = samples.compactMap(\.score)
    origins = samples.map(\.origin)
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { anchors.tokens.count + partners.tokens.count + negatives.tokens.count }
  /// How many anchors there are.
  public var lossWeight: Double { Double(origins.count) }
}
