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
      for character in String(decoding: text.content, as: UTF8.self) {
        let end = min(at + character.utf8.count, text.count)
        if end - at <= Self.longestWhole, let rule = map.match(span, at: at, end: end, .shortest) {
          write(rule.text, for: at..<end, text, &writer)
          at = end
          continue
        }
        while at < end {
          let width = UTF8Reader.scalar(span, at: at, end: end).width
          if let rule = map.match(span, at: at, end: at + width, .shortest) {
            write(rule.text, for: at..<at + width, text, &writer)
          } else {
            writer.copy(at, at + width)
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

  /// New code points stand for old ones one by one; further new ones for the last old one.
  private func write(
    _ new: ArraySlice<UInt8>, for old: Range<Int>, _ text: AlignedText, _ writer: inout AlignedText.Writer
  ) {
    let oldSpan = text.bytes.span
    var at = old.lowerBound
    var index = new.startIndex
    var origin = at..<at
    let bytes = Array(new)
    while index < new.endIndex {
      let width = UTF8Reader.scalar(bytes.span, at: index - new.startIndex, end: bytes.count).width
      if at < old.upperBound {
        origin = at..<at + UTF8Reader.scalar(oldSpan, at: at, end: old.upperBound).width
        at = origin.upperBound
      }
      writer.write(new[index..<index + width], for: origin.lowerBound, origin.upperBound)
      index += width
    }
  }
}
