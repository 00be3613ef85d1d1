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
        writer.write(replacement, for: match.lowerBound, match.upperBound)
        copied = match.upperBound
      }
      writer.copy(copied, text.count)
    }
  }
}
