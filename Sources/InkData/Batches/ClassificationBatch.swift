/// Texts one behind the other and the class of each.
public struct ClassificationBatch: TrainingBatch, Hashable {
  /// The texts.
  public var input: EncoderInput
  /// The number of each text's class. // [texts]
  public var labels: [Int32]
  /// Where each text comes from. // [texts]
  public var origins: [RecordOrigin]

  /// Samples one behind the other.
  public init(_ samples: [ClassificationSample]) {
    input = EncoderInput(samples.map(\.text))
    labels = samples.map(\.label)
    origins = samples.map(\.origin)
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { input.tokens.count }
  /// How many texts there are.
  public var lossWeight: Double { Double(labels.count) }
}
