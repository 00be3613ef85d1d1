/// Replacing every match of a pattern.
enum Replacement {
  static func replace(_ text: AlignedText, _ pattern: TextPattern, with replacement: [UInt8]) -> AlignedText {
    var categories = CategoryTable()
    let matches = pattern.matches(text.bytes.span, start: 0, end: text.count, &categories)
    if matches.isEmpty { return text }
    return text.rewritten { writer in
      var copied = 0
      for match in matches {
        writer.copy(copied, match.lowerBound)
        // As in the reference library the new text comes from the last character that it replaces.
        let last = UTF8Reader.scalar(text.bytes.span, before: match.upperBound, start: match.lowerBound).width
        writer.write(replacement, for: match.upperBound - last, match.upperBound)
        copied = match.upperBound
      }
      writer.copy(copied, text.count)
    }
  }
}
