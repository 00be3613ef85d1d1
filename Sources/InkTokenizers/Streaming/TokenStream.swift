/// Turns tokens into text one by one and never gives out half a character.
///
/// The concatenation of everything that `append` and the final `finish` return equals `Tokenizer.decode` of all ids.
public struct TokenStream: Sendable {
  private let tokenizer: Tokenizer
  private let specialTokens: SpecialTokenDecoding
  private var state: Tokenizer.DecodingState
  /// The beginning of a character whose rest has not come yet.
  private var pending: [UInt8] = []

  init(_ tokenizer: Tokenizer, _ specialTokens: SpecialTokenDecoding) {
    self.tokenizer = tokenizer
    self.specialTokens = specialTokens
    state = tokenizer.makeDecodingState()
  }

  /// Takes a token and returns the text that is complete with it, which may be empty.
  ///
  /// - Throws: `TokenizerError` if the id names no token.
  public mutating func append(_ id: TokenID) throws(TokenizerError) -> String {
    var bytes: [UInt8] = []
    try tokenizer.append(id, specialTokens, &state, to: &bytes)
    if pending.isEmpty, bytes.isEmpty { return "" }
    pending += bytes
    let complete = UTF8Reader.completeLength(pending)
    let text = String(decoding: pending[..<complete], as: UTF8.self)
    pending.removeFirst(complete)
    return text
  }

  /// Returns what was held back: U+FFFD for a character that stayed incomplete, usually nothing.
  public mutating func finish() -> String {
    tokenizer.finish(&state, to: &pending)
    defer {
      pending = []
      state = tokenizer.makeDecodingState()
    }
    return String(decoding: pending, as: UTF8.self)
  }
}
