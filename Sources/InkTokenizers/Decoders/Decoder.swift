/// How tokens become text again.
enum Decoder: Sendable {
  /// Tokens hold the bytes of the text.
  case bytes
  /// Tokens hold text that is rewritten token by token.
  case text(TextDecoder)
  /// SentencePiece's own rules.
  case sentencePiece(SentencePieceDecoder)
}

/// Steps that rewrite the tokens of a decoder that works on text.
struct TextDecoder: Sendable {
  /// A change of one token.
  enum Step: Sendable {
    /// `<0xNN>` is the byte it names.
    case byteFallback
    case replace(TextPattern, with: [UInt8])
    /// Takes up to so many of a character from both ends.
    case strip([UInt8], start: Int, end: Int)
    /// The visible space is a space, and nothing at the beginning of the text.
    case metaspace([UInt8], FirstToken)
  }

  enum FirstToken: Sendable { case losesSpaces, keepsSpaces }

  var steps: [Step] = []
  /// What stands between tokens.
  var separator: [UInt8] = []
  /// When bytes that `<0xNN>` tokens stand for become text.
  var byteRuns = ByteRuns.streamed

  /// When bytes become text.
  enum ByteRuns: Sendable {
    /// At once; each that is no part of a character is a U+FFFD.
    case streamed
    /// When the run of bytes has ended; if the run is not all UTF-8, each of its bytes is a U+FFFD.
    case whole
  }

  /// A character of which up to so many are taken from the beginning of the whole text.
  var leading: (character: [UInt8], count: Int)?

  /// The byte that a token names, if the first step that could see it reads bytes.
  func byte(_ token: ArraySlice<UInt8>) -> UInt8? {
    guard steps.contains(where: { if case .byteFallback = $0 { true } else { false } }) else { return nil }
    return Self.fallbackByte(token)
  }

  /// Appends what a token stands for.
  func append(_ token: ArraySlice<UInt8>, isFirst: Bool, to output: inout [UInt8]) {
    var token = token
    for step in steps {
      switch step {
      case .byteFallback:
        if let byte = Self.fallbackByte(token) {
          if !isFirst { output += separator }
          output.append(byte)
          return
        }
      case .replace(.literal(let literal), let replacement): token = Self.replace(token, literal, replacement)
      case .replace(let pattern, let replacement):
        let text = AlignedText(bytes: Array(token))
        token = Replacement.replace(text, pattern, with: replacement).content
      case .strip(let character, let start, let end): token = Self.strip(token, character, start, end)
      case .metaspace(let mark, let first):
        let dropped: [UInt8] = isFirst && first == .losesSpaces ? [] : [Scan.space]
        token = Self.replace(token, mark, dropped)
      }
    }
    if !isFirst { output += separator }
    output += token
  }

  /// The byte that `<0xNN>` names.
  static func fallbackByte(_ token: some Collection<UInt8>) -> UInt8? {
    let bytes = Array(token)
    guard bytes.count == 6, bytes.starts(with: [0x3C, 0x30, 0x78]), bytes[5] == 0x3E else { return nil }
    guard let high = hexadecimal(bytes[3]), let low = hexadecimal(bytes[4]) else { return nil }
    return high << 4 | low
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private static func replace(_ token: ArraySlice<UInt8>, _ literal: [UInt8], _ new: [UInt8]) -> ArraySlice<UInt8> {
    guard let first = literal.first, token.contains(first) else { return token }
    var result: [UInt8] = []
    var index = token.startIndex
    while index < token.endIndex {
      if token[index] == first, token[index...].starts(with: literal) {
        result += new
        index += literal.count
      } else {
        result.append(token[index])
        index += 1
      }
    }
    return result[...]
  }

  private static func strip(
    _ token: ArraySlice<UInt8>, _ character: [UInt8], _ start: Int, _ end: Int
  ) -> ArraySlice<UInt8> {
    guard !character.isEmpty else { return token }
    var token = token
    for _ in 0..<start where token.starts(with: character) { token = token.dropFirst(character.count) }
    for _ in 0..<end where token.suffix(character.count).elementsEqual(character) {
      token = token.dropLast(character.count)
    }
    return token
  }
}
