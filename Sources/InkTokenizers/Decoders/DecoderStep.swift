/// A change on the way from tokens to text.
enum DecoderStep: Sendable {
  /// A run of `<0xNN>` is the characters that its bytes spell, or a U+FFFD for each byte.
  case byteFallback
  case replace(TextPattern, with: [UInt8])
  /// Takes up to so many of a character from both ends.
  case strip([UInt8], start: Int, end: Int)
  /// The visible space is a space, and nothing in the first token.
  case metaspace([UInt8], FirstToken)
  /// Something between every two tokens.
  case separator([UInt8])
  /// A space before every token but the first, unless it continues a word, which its prefix says.
  case wordPiece(prefix: [UInt8])
  /// No space before punctuation and contractions.
  case cleanup
  /// The mark of a word's end is a space, and nothing in the last token.
  case wordEnd([UInt8])
  /// Connectionist temporal classification: repeated tokens are one, padding is nothing.
  case repetitions(padding: [UInt8])
  /// All tokens become one.
  case fuse
  /// All tokens become one whose characters of the byte alphabet are bytes.
  case byteAlphabet

  enum FirstToken: Sendable { case losesSpaces, keepsSpaces }
}

/// What a step remembers between two tokens.
struct DecoderStepState: Sendable {
  /// How many tokens the step has seen.
  var count = 0
  /// Bytes or a token that cannot be given out yet.
  var pending: [UInt8] = []
  /// How many characters were taken from the beginning of the text.
  var taken = 0
  /// Whether the beginning of the text is over.
  var hasBegun = false
}
