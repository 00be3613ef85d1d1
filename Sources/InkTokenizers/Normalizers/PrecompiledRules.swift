/// SentencePiece's compiled rules as the `tokenizers` library applies them (`Precompiled`).
///
/// It looks at user-perceived characters of fewer than six bytes first, and at single code points where those have no
/// rule; of the rules that match the beginning it takes the shortest, whatever is left of the character.
struct PrecompiledRules: Sendable {
  let map: CharacterMap

  /// Longer characters are looked at code point by code point.
  private static let longestWhole = 5

  func normalize(_ text: AlignedText) -> AlignedText {
    let text = Self.repaired(text)
    let span = text.bytes.span
    return text.rewritten { writer in
      var at = 0
      // Whether the character that was written last has no old one of its own.
      var isAdded = false
      for character in String(decoding: text.content, as: UTF8.self) {
        let end = min(at + character.utf8.count, text.count)
        if end - at <= Self.longestWhole, let rule = map.match(span, at: at, end: end, .shortest) {
          isAdded = write(rule.text, for: at..<end, text, behindAdded: isAdded, &writer)
          at = end
          continue
        }
        while at < end {
          let width = UTF8Reader.scalar(span, at: at, end: end).width
          if let rule = map.match(span, at: at, end: at + width, .shortest) {
            isAdded = write(rule.text, for: at..<at + width, text, behindAdded: isAdded, &writer)
          } else {
            writer.copy(at, at + width)
            isAdded = false
          }
          at += width
        }
      }
    }
  }

  /// Text that is UTF-8: every other byte becomes U+FFFD, so that characters can be told apart.
  private static func repaired(_ text: AlignedText) -> AlignedText {
    guard UTF8Reader.firstInvalidOffset(Array(text.content)) != nil else { return text }
    return text.rewritten { writer in
      var at = 0
      while at < text.count {
        let (value, width) = UTF8Reader.scalar(text.bytes.span, at: at, end: text.count)
        if value == UTF8Reader.invalid {
          writer.write(UTF8Reader.replacementCharacter, for: at, at + width)
        } else {
          writer.copy(at, at + width)
        }
        at += width
      }
    }
  }

  /// New code points stand for old ones one by one; further new ones for the last old one, unless what follows is taken
  /// away: the library lets the last of them stand for the first character of that.
  ///
  /// - Returns: whether the last new code point has no old one of its own.
  private func write(
    _ new: ArraySlice<UInt8>, for old: Range<Int>, _ text: AlignedText, behindAdded: Bool,
    _ writer: inout AlignedText.Writer
  ) -> Bool {
    let oldSpan = text.bytes.span
    guard !new.isEmpty else {
      if behindAdded {
        let width = UTF8Reader.scalar(writer.bytes.span, before: writer.bytes.count, start: 0).width
        let last = Array(writer.bytes.suffix(width))
        writer.removeLast(width)
        let first = UTF8Reader.scalar(oldSpan, at: old.lowerBound, end: old.upperBound).width
        writer.write(last, for: old.lowerBound, old.lowerBound + first)
      }
      return false
    }
    var at = old.lowerBound
    var index = new.startIndex
    var origin = at..<at
    var isAdded = false
    let bytes = Array(new)
    while index < new.endIndex {
      let width = UTF8Reader.scalar(bytes.span, at: index - new.startIndex, end: bytes.count).width
      isAdded = at >= old.upperBound
      if !isAdded {
        origin = at..<at + UTF8Reader.scalar(oldSpan, at: at, end: old.upperBound).width
        at = origin.upperBound
      }
      writer.write(new[index..<index + width], for: origin.lowerBound, origin.upperBound)
      index += width
    }
    return isAdded
  }
}
