/// Turns tokens into text one by one and never gives out half a character.
///
/// The concatenation of everything that `append` and the final `finish` return equals `Tokenizer.decode` of all ids.
public struct TokenStream: Sendable {
  private let tokenizer: Tokenizer
  private let specialTokens: SpecialTokenDecoding
  private var state = Tokenizer.DecodingState()
  /// The beginning of a character whose rest has not come yet.
  private var pending: [UInt8] = []

  init(_ tokenizer: Tokenizer, _ specialTokens: SpecialTokenDecoding) {
    self.tokenizer = tokenizer
    self.specialTokens = specialTokens
  }

  /// Takes a token and returns the text that is complete with it, which may be empty.
  ///
  /// - Throws: `TokenizerError` if the id names no token.
  public mutating func append(_ id: TokenID) throws(TokenizerError) -> String {
    var bytes: [UInt8] = []
    try tokenizer.append(id, specialTokens, &state, to: &bytes)
    if pending.isEmpty, bytes.isEmpty { return "" }
    pending += bytes
    guard tokenizer.canStream else { return "" }
    let complete = Self.completeLength(pending)
    let text = tokenizer.string(pending[..<complete])
    pending.removeFirst(complete)
    return text
  }

  /// Returns what was held back: U+FFFD for a character that stayed incomplete, usually nothing.
  public mutating func finish() -> String {
    defer { pending = [] }
    tokenizer.finish(&state, to: &pending)
    return tokenizer.canStream ? tokenizer.string(pending) : tokenizer.finishedString(pending)
  }

  /// How many bytes can be given out: all but a last character that may still become complete.
  private static func completeLength(_ bytes: [UInt8]) -> Int {
    var lead = bytes.count - 1
    while lead >= 0, bytes.count - lead <= 3, bytes[lead] & 0xC0 == 0x80 { lead -= 1 }
    guard lead >= 0, bytes.count - lead <= 3 else { return bytes.count }
    let first = bytes[lead]
    let present = bytes.count - lead
    let needed =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard present < needed else { return bytes.count }
    if present > 1 {
      // The second byte decides whether the sequence can be a character at all.
      let second = bytes[lead + 1]
      let allowed: ClosedRange<UInt8> =
        switch first {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
      if !allowed.contains(second) { return bytes.count }
    }
    return lead
  }
}
