public import InkTokenizers

/// Texts one behind the other with some of their tokens masked.
public struct MaskedBatch: TrainingBatch, Hashable {
  /// The texts.
  public var input: EncoderInput
  /// The token to predict at each place, -1 where none is. // [tokens]
  public var targets: [TokenID]
  /// Where each text comes from. // [texts]
  public var origins: [RecordOrigin]

  /// Samples one behind the other.
  public init(_ samples: [MaskedSample]) {
    input = EncoderInput(samples.map(\.text))
    targets = samples.flatMap(\.targets)
    origins = samples.map(\.origin)
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { input.tokens.count }
  /// How many tokens are predicted.
  public var lossWeight: Double { Double(targets.count { $0 != CausalBatch.noTarget }) }
}
