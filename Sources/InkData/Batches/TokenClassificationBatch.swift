/// Texts one behind the other and the class of each of their tokens.
public struct TokenClassificationBatch: TrainingBatch, Hashable {
  /// The texts.
  public var input: EncoderInput
  /// The number of each token's class, -1 where none is predicted. // [tokens]
  public var labels: [Int32]
  /// Where each text comes from. // [texts]
  public var origins: [RecordOrigin]

  /// Samples one behind the other.
  public init(_ samples: [TokenClassificationSample]) {
    input = EncoderInput(samples.map(\.text))
    labels = samples.flatMap(\.labels)
    origins = samples.map(\.origin)
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { input.tokens.count }
  /// How many tokens are predicted.
  public var lossWeight: Double { Double(labels.count { $0 >= 0 }) }
}
