public import InkTokenizers

/// Texts that an encoder reads and texts that a decoder writes, each one behind the other.
public struct SequencePairBatch: TrainingBatch, Hashable {
  /// What the encoder reads.
  public var source: EncoderInput
  /// What the decoder reads: what it has to write, moved by one place behind a start token. // [decoder tokens]
  public var decoderTokens: [TokenID] = []
  /// What the decoder has to write. // [decoder tokens]
  public var targets: [TokenID] = []
  /// How many tokens each written text has. // [texts]
  public var decoderLengths: [Int] = []
  /// Where each text comes from. // [texts]
  public var origins: [RecordOrigin]

  /// Samples one behind the other; `start` is what a decoder begins with.
  public init(_ samples: [SequencePairSample], start: TokenID) {
    source = EncoderInput(samples.map(\.source))
    origins = samples.map(\.origin)
    for sample in samples {
      decoderTokens += [start] + sample.target.dropLast()
      targets += sample.target
      decoderLengths.append(sample.target.count)
    }
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { source.tokens.count + decoderTokens.count }
  /// How many tokens are written.
  public var lossWeight: Double { Double(targets.count) }
}
