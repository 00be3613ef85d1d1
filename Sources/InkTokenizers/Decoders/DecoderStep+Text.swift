/// The steps behind the joint: all tokens are one text, which comes in parts.
extension DecoderStep {
  /// Takes the next part at the place where tokens become one text.
  func join(_ part: [UInt8], _ state: inout DecoderStepState) -> [UInt8] {
    guard case .byteAlphabet = self else { return part }
    // Characters that are not complete yet are held back.
    state.pending += ByteAlphabet.decode(part) ?? part
    let complete = UTF8Reader.completeLength(state.pending)
    let text = String(decoding: state.pending[..<complete], as: UTF8.self)
    state.pending.removeFirst(complete)
    return Array(text.utf8)
  }

  /// The rest at the place where tokens become one text.
  func finishJoin(_ state: inout DecoderStepState) -> [UInt8] {
    defer { state.pending = [] }
    return Array(String(decoding: state.pending, as: UTF8.self).utf8)
  }

  /// Takes the next part of the text and returns what is certain with it.
  func applyToText(_ part: [UInt8], _ state: inout DecoderStepState) -> [UInt8] {
    switch self {
    case .fuse: return part
    case .replace(.literal(let literal), let replacement):
      state.pending += part
      return Self.replaceCertain(literal, replacement, &state)
    case .strip(let character, let start, let end):
      state.pending += part
      return Self.stripCertain(character, start, end, &state)
    case .byteFallback, .replace, .metaspace, .separator, .wordPiece, .cleanup, .wordEnd, .repetitions, .byteAlphabet:
      // These look at the whole token, and the text is one token.
      state.pending += part
      return []
    }
  }

  /// The rest of the text.
  func finishText(_ state: inout DecoderStepState) -> [UInt8] {
    let rest = state.pending
    state.pending = []
    switch self {
    case .fuse: return []
    case .byteAlphabet:
      return Array(String(decoding: ByteAlphabet.decode(rest) ?? rest, as: UTF8.self).utf8)
    case .replace(.literal(let literal), let replacement):
      return TextPattern.literal(literal).replacing(in: rest, with: replacement)
    case .strip(let character, _, let end):
      var kept = rest[...]
      for _ in 0..<end {
        guard !character.isEmpty, kept.suffix(character.count).elementsEqual(character) else { break }
        kept = kept.dropLast(character.count)
      }
      return Array(kept)
    case .byteFallback, .replace, .metaspace, .separator, .wordPiece, .cleanup, .wordEnd, .repetitions:
      var tokenState = DecoderStepState()
      var tokens: [[UInt8]] = []
      apply(rest, &tokenState, to: &tokens)
      finish(&tokenState, to: &tokens)
      return tokens.flatMap { $0 }
    }
  }

  /// Replaces all matches and gives out everything but an end that may still become a match.
  private static func replaceCertain(
    _ literal: [UInt8], _ replacement: [UInt8], _ state: inout DecoderStepState
  ) -> [UInt8] {
    guard !literal.isEmpty else {
      defer { state.pending = [] }
      return state.pending
    }
    let text = state.pending
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      let rest = text[index...]
      if rest.starts(with: literal) {
        result += replacement
        index += literal.count
      } else if rest.count < literal.count, literal.starts(with: rest) {
        break
      } else {
        result.append(text[index])
        index += 1
      }
    }
    state.pending = Array(text[index...])
    return result
  }

  /// Takes characters from the beginning and gives out everything but the characters that may end the text.
  private static func stripCertain(
    _ character: [UInt8], _ start: Int, _ end: Int, _ state: inout DecoderStepState
  ) -> [UInt8] {
    guard !character.isEmpty else {
      defer { state.pending = [] }
      return state.pending
    }
    var text = state.pending[...]
    while !state.hasBegun, state.taken < start, text.starts(with: character) {
      text = text.dropFirst(character.count)
      state.taken += 1
    }
    if !state.hasBegun, state.taken < start, text.count < character.count, character.starts(with: text) {
      state.pending = Array(text)
      return []
    }
    state.hasBegun = true
    var certain = text
    for _ in 0..<end {
      guard certain.suffix(character.count).elementsEqual(character) else { break }
      certain = certain.dropLast(character.count)
    }
    state.pending = Array(text[certain.endIndex...])
    return Array(certain)
  }
}
