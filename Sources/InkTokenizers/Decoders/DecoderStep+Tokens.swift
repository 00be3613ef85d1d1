extension DecoderStep {
  /// Takes one of the tokens and appends the tokens that come of it.
  func apply(_ token: [UInt8], _ state: inout DecoderStepState, to output: inout [[UInt8]]) {
    defer { state.count += 1 }
    switch self {
    case .byteFallback:
      if let byte = Self.fallbackByte(token) {
        state.pending.append(byte)
      } else {
        finish(&state, to: &output)
        output.append(token)
      }
    case .replace(let pattern, let replacement): output.append(pattern.replacing(in: token, with: replacement))
    case .strip(let character, let start, let end): output.append(Self.strip(token, character, start, end))
    case .metaspace(let mark, let first):
      let isDropped = state.count == 0 && first == .losesSpaces
      output.append(TextPattern.literal(mark).replacing(in: token, with: isDropped ? [] : [Scan.space]))
    case .separator(let separator): output.append(state.count == 0 ? token : separator + token)
    case .wordPiece(let prefix):
      if state.count == 0 {
        output.append(token)
      } else if token.starts(with: prefix) {
        output.append(Array(token.dropFirst(prefix.count)))
      } else {
        output.append([Scan.space] + token)
      }
    case .cleanup: output.append(Self.cleaned(token))
    case .wordEnd(let suffix):
      if state.count > 0 { output.append(TextPattern.literal(suffix).replacing(in: state.pending, with: [Scan.space])) }
      state.pending = token
    case .repetitions(let padding):
      let isRepeated = state.count > 0 && state.pending == token
      state.pending = token
      if isRepeated { return }
      let kept = TextPattern.literal(padding).replacing(in: token, with: [])
      if !kept.isEmpty { output.append(kept) }
    case .fuse, .byteAlphabet: output.append(token)
    }
  }

  /// Appends the tokens that were held back.
  func finish(_ state: inout DecoderStepState, to output: inout [[UInt8]]) {
    switch self {
    case .byteFallback:
      if state.pending.isEmpty { return }
      if UTF8Reader.firstInvalidOffset(state.pending) == nil {
        output.append(state.pending)
      } else {
        for _ in state.pending { output.append(Array("\u{FFFD}".utf8)) }
      }
      state.pending = []
    case .wordEnd(let suffix):
      if state.count > 0 { output.append(TextPattern.literal(suffix).replacing(in: state.pending, with: [])) }
      state.pending = []
    case .replace, .strip, .metaspace, .separator, .wordPiece, .cleanup, .repetitions, .fuse, .byteAlphabet: break
    }
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

  private static func strip(_ token: [UInt8], _ character: [UInt8], _ start: Int, _ end: Int) -> [UInt8] {
    guard !character.isEmpty else { return token }
    var rest = token[...]
    for _ in 0..<start {
      guard rest.starts(with: character) else { break }
      rest = rest.dropFirst(character.count)
    }
    for _ in 0..<end {
      guard rest.suffix(character.count).elementsEqual(character) else { break }
      rest = rest.dropLast(character.count)
    }
    return Array(rest)
  }

  /// What stands for what in English text whose tokens were joined with spaces, in this order.
  private static let cleanups: [(TextPattern, [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (TextPattern.literal(Array($0.0.utf8)), Array($0.1.utf8)) }

  private static func cleaned(_ token: [UInt8]) -> [UInt8] {
    guard token.contains(Scan.space) else { return token }
    return cleanups.reduce(token) { text, change in change.0.replacing(in: text, with: change.1) }
  }
}

extension TextPattern {
  /// A text with every match replaced.
  func replacing(in text: [UInt8], with replacement: [UInt8]) -> [UInt8] {
    if case .literal(let literal) = self {
      guard let first = literal.first, text.contains(first) else { return text }
    }
    let aligned = AlignedText(bytes: text)
    var categories = CategoryTable()
    var result: [UInt8] = []
    var copied = 0
    for match in matches(aligned.bytes.span, start: 0, end: aligned.count, &categories) {
      result += text[copied..<match.lowerBound]
      result += replacement
      copied = match.upperBound
    }
    return result + text[copied...]
  }
}
