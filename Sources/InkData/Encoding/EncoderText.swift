public import InkTokenizers

/// Turns texts and pairs of texts into what encoders read, cut to the context as a policy says.
public struct EncoderText: Sendable {
  /// The model's tokenizer.
  public let tokenizer: Tokenizer
  /// The most tokens of a text or a pair.
  public let contextLength: Int
  /// What becomes of longer ones; of a pair the longer text is cut. They cannot be divided.
  public let overlong: Overlong

  /// - Throws: `DataError` for a context without room for a text.
  public init(tokenizer: Tokenizer, contextLength: Int, overlong: Overlong = .refuse) throws(DataError) {
    let added = tokenizer.encode("").count
    guard contextLength > added else {
      throw DataError(
        .invalidSetting, context: "context length", expected: "more than the \(added) tokens around a text",
        found: "\(contextLength)")
    }
    self.tokenizer = tokenizer
    self.contextLength = contextLength
    self.overlong = overlong
  }

  /// The tokens of a text or a pair.
  func encoding(of text: String, and second: String? = nil, draw: ExampleDraw) throws(DataError) -> Encoding {
    let whole = tokenizer.encoding(of: text, and: second, options: EncodingOptions(parsing: .asText))
    guard whole.ids.count > contextLength else { return whole }
    let side: SequenceSide
    switch overlong {
    case .truncateEnd: side = .end
    case .truncateStart: side = .start
    case .refuse, .split: throw tooLong(whole.ids.count, draw)
    }
    let options = EncodingOptions(
      parsing: .asText, truncation: Truncation(maximumLength: contextLength, side: side))
    let cut = tokenizer.encoding(of: text, and: second, options: options)
    guard cut.ids.count <= contextLength else { throw tooLong(cut.ids.count, draw) }
    return cut
  }

  /// The tokens of a text, in several parts where it is too long and is to be divided.
  func parts(of text: String, draw: ExampleDraw) throws(DataError) -> [Encoding] {
    guard overlong == .split else { return [try encoding(of: text, draw: draw)] }
    let options = EncodingOptions(parsing: .asText, truncation: Truncation(maximumLength: contextLength))
    do {
      return try tokenizer.encodings(of: [EncodingInput(text)], options: options).first ?? []
    } catch {
      throw draw.fault(.invalidRecord, expected: "a text that can be divided", found: error.description)
    }
  }

  private func tooLong(_ count: Int, _ draw: ExampleDraw) -> DataError {
    draw.fault(
      .tooLong, expected: "at most \(contextLength) tokens", found: "\(count)",
      hint: "Choose what becomes of long samples: cut them at an end, or skip them.")
  }
}
