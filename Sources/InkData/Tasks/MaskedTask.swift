internal import InkTokenizers

/// Predicting masked tokens from both sides.
///
/// What is masked follows from seed, source, epoch and record: another epoch masks other words, a resumed run the same.
public struct MaskedTask: TrainingTask {
  /// How texts become tokens.
  public let encoder: EncoderText
  /// What is masked.
  public let masking: TokenMasking
  private let maskToken: TokenID

  /// - Throws: `DataError` for shares that make no sense and for a vocabulary without a mask token.
  public init(encoder: EncoderText, masking: TokenMasking = TokenMasking()) throws(DataError) {
    try masking.check()
    guard let mask = encoder.tokenizer.roles.mask else {
      throw DataError(
        .unsupported, context: "tokenizer", expected: "a mask token", found: "none",
        hint: "Masked training needs the tokenizer of an encoder.")
    }
    self.encoder = encoder
    self.masking = masking
    maskToken = mask
  }

  /// A sample for each part of a text.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [MaskedSample] {
    guard case .text(let text) = example else {
      throw draw.fault(.invalidRecord, expected: "a text", found: example.kind)
    }
    var result: [MaskedSample] = []
    for (piece, encoding) in try encoder.parts(of: text, draw: draw).enumerated() {
      var random = draw.random(for: .masking, piece: piece)
      if let sample = masked(encoding, text, &random, draw.origin) { result.append(sample) }
    }
    guard !result.isEmpty else {
      throw draw.fault(.emptyMask, expected: "at least one token that can be masked", found: "none")
    }
    return result
  }

  private func masked(
    _ encoding: Encoding, _ text: String, _ random: inout CountedRandom, _ origin: RecordOrigin
  ) -> MaskedSample? {
    let tokenizer = encoder.tokenizer
    let groups = masking.groups(encoding, of: text) { tokenizer.isSpecial($0) }
    guard !groups.isEmpty else { return nil }
    var sample = MaskedSample(
      text: EncodedText(encoding), targets: Array(repeating: CausalBatch.noTarget, count: encoding.ids.count),
      origin: origin)
    for place in masking.chosen(groups, &random) {
      sample.targets[place] = encoding.ids[place]
      let number = random.nextUniform()
      if number < masking.maskedShare {
        sample.text.tokens[place] = maskToken
      } else if number < masking.maskedShare + masking.replacedShare {
        sample.text.tokens[place] = anyToken(&random)
      }
    }
    return sample
  }

  /// Any token of the vocabulary that may stand in a text.
  private func anyToken(_ random: inout CountedRandom) -> TokenID {
    let tokenizer = encoder.tokenizer
    for _ in 0..<100 {
      let id = TokenID(truncatingIfNeeded: random.nextInteger(below: tokenizer.vocabularySize))
      if tokenizer.contains(id), !tokenizer.isSpecial(id) { return id }
    }
    return maskToken
  }

  /// Samples one behind the other.
  public func batch(of samples: [MaskedSample]) -> MaskedBatch { MaskedBatch(samples) }
}
