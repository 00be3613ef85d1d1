/// Takes identifiers apart: `snake_case`, `camelCase`, `HTTPServer2`.
enum WordParts {
  /// The parts between underscores and where the case or letters and digits change.
  static func split(_ kinds: [CharacterKind], in range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    for place in range {
      if kinds[place] == .underscore {
        if start < place { parts.append(start..<place) }
        start = place + 1
      } else if start < place, isBoundary(kinds, at: place, before: range.upperBound) {
        parts.append(start..<place)
        start = place
      }
    }
    if start < range.upperBound { parts.append(start..<range.upperBound) }
    return parts
  }

  private static func isBoundary(_ kinds: [CharacterKind], at place: Int, before end: Int) -> Bool {
    let last = kinds[place - 1]
    switch kinds[place] {
    case .digit: return last == .lowercase || last == .uppercase || last == .mark
    case .lowercase: return last == .digit
    case .uppercase:
      if last == .lowercase || last == .digit || last == .mark { return true }
      return last == .uppercase && place + 1 < end && kinds[place + 1] == .lowercase
    case .separator, .mark, .ignored, .underscore, .decimal, .apostrophe, .han, .kana, .hangul, .unspaced, .emoji:
      return false
    }
  }
}
