/// Texts one behind the other and the score of each.
public struct RegressionBatch: TrainingBatch, Hashable {
  /// The texts.
  public var input: EncoderInput
  /// The score of each text. // [texts]
  public var scores: [Float]
  /// Where each text comes from. // [texts]
  public var origins: [RecordOrigin]

  /// Samples one behind the other.
  public init(_ samples: [RegressionSample]) {
    input = EncoderInput(samples.map(\.text))
    scores = samples.map(\.score)
    origins = samples.map(\.origin)
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { input.tokens.count }
  /// How many texts there are.
  public var lossWeight: Double { Double(scores.count) }
}
