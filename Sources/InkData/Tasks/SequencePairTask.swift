public import InkTokenizers

/// Training an encoder with a decoder: to restore texts that spans were taken out of, or to write a completion.
public struct SequencePairTask: TrainingTask {
  /// How texts become tokens; a text is cut into parts of at most its context length.
  public let encoder: EncoderText
  /// What is taken out of texts; nil where only completions are learned.
  public let corruption: SpanCorruption?
  /// What a decoder begins with.
  public let decoderStart: TokenID
  private let end: TokenID

  /// - Throws: `DataError` for a vocabulary without an end-of-sequence token.
  public init(encoder: EncoderText, corruption: SpanCorruption?, decoderStart: TokenID) throws(DataError) {
    guard let end = encoder.tokenizer.roles.endOfSequence else {
      throw DataError(.unsupported, context: "tokenizer", expected: "an end-of-sequence token", found: "none")
    }
    self.encoder = encoder
    self.corruption = corruption
    self.decoderStart = decoderStart
    self.end = end
  }

  /// Samples of a text's parts, or one of a completion.
  public func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [SequencePairSample] {
    switch example {
    case .text(let text):
      guard let corruption else {
        throw draw.fault(.invalidRecord, expected: "a prompt with its completion", found: example.kind)
      }
      return try restored(text, corruption, draw)
    case .completion(let completion):
      let source = try encoder.encoding(of: completion.prompt, draw: draw)
      let target = try encoder.encoding(of: completion.completion, draw: draw)
      return [
        SequencePairSample(source: EncodedText(source), target: ended(target.ids), origin: draw.origin)
      ]
    case .conversation, .labelled, .tagged, .related, .preference:
      throw draw.fault(.invalidRecord, expected: "a text, or a prompt with its completion", found: example.kind)
    }
  }

  private func restored(
    _ text: String, _ corruption: SpanCorruption, _ draw: ExampleDraw
  ) throws(DataError) -> [SequencePairSample] {
    let tokens = encoder.tokenizer.encode(text, specialTokens: .omit, parsing: .asText)
    // With its end token a part is as long as the context; parts of about the same length leave no single token over.
    let room = max(encoder.contextLength - 1, 1)
    let count = max((tokens.count + room - 1) / room, 1)
    guard count == 1 || encoder.overlong == .split else {
      throw draw.fault(
        .tooLong, expected: "at most \(room) tokens", found: "\(tokens.count)", hint: "Divide long texts.")
    }
    var result: [SequencePairSample] = []
    for part in 0..<count {
      var random = draw.random(for: .spans, piece: part)
      let range = tokens.count * part / count..<tokens.count * (part + 1) / count
      guard let pair = corruption.corrupted(Array(tokens[range]), &random) else { continue }
      result.append(
        SequencePairSample(
          source: EncodedText(tokens: ended(pair.source)), target: ended(pair.target), origin: draw.origin))
    }
    guard !result.isEmpty else {
      throw draw.fault(.emptyMask, expected: "a text of at least two tokens", found: "\(tokens.count)")
    }
    return result
  }

  private func ended(_ tokens: [TokenID]) -> [TokenID] { tokens.last == end ? tokens : tokens + [end] }

  /// Samples one behind the other.
  public func batch(of samples: [SequencePairSample]) -> SequencePairBatch {
    SequencePairBatch(samples, start: decoderStart)
  }
}
