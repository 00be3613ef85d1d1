/// Searches and changes of text, byte by byte over UTF-8, as Python does them code point by code point.
enum TemplateText {
  /// The first place at or after `start` where `part` occurs.
  static func firstRange(of part: [UInt8], in text: [UInt8], from start: Int) -> Range<Int>? {
    guard part.count <= text.count, start <= text.count - part.count else { return nil }
    if part.isEmpty { return start..<start }
    return firstRange(of: part, borders: borders(of: part), in: text, from: start)
  }

  /// Knuth, Morris and Pratt's search: linear also for a text made to be slow.
  private static func firstRange(
    of part: [UInt8], borders: [Int], in text: [UInt8], from start: Int
  ) -> Range<Int>? {
    var matched = 0
    for position in start..<text.count {
      while matched > 0, text[position] != part[matched] { matched = borders[matched - 1] }
      if text[position] == part[matched] { matched += 1 }
      if matched == part.count { return position + 1 - matched..<position + 1 }
    }
    return nil
  }

  /// For every prefix the length of its longest proper part that is both its beginning and its end.
  private static func borders(of part: [UInt8]) -> [Int] {
    var borders = [Int](repeating: 0, count: part.count)
    var length = 0
    for position in part.indices.dropFirst() {
      while length > 0, part[position] != part[length] { length = borders[length - 1] }
      if part[position] == part[length] { length += 1 }
      borders[position] = length
    }
    return borders
  }

  /// The last place that ends at or before `end` where `part` occurs.
  static func lastRange(of part: [UInt8], in text: [UInt8], to end: Int) -> Range<Int>? {
    guard part.count <= end else { return nil }
    let mirrored = firstRange(of: part.reversed(), in: text[..<end].reversed(), from: 0)
    return mirrored.map { end - $0.upperBound..<end - $0.lowerBound }
  }

  static func string(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

  /// The places where a separator that is not empty occurs, at most `limit` of them; negative means all.
  static func ranges(of part: [UInt8], in text: [UInt8], limit: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var position = 0
    let borders = borders(of: part)
    while limit < 0 || ranges.count < limit,
      let range = firstRange(of: part, borders: borders, in: text, from: position)
    {
      ranges.append(range)
      position = range.upperBound
    }
    return ranges
  }

  /// The pieces between ranges.
  static func pieces(of text: [UInt8], between ranges: [Range<Int>]) -> [TemplateValue] {
    var pieces: [TemplateValue] = []
    var position = 0
    for range in ranges {
      pieces.append(.string(string(text[position..<range.lowerBound])))
      position = range.upperBound
    }
    pieces.append(.string(string(text[position...])))
    return pieces
  }

  /// `str.split()`: words between white space. At most `limit` cuts when not negative, the rest stays whole.
  static func words(_ text: String, limit: Int = -1) -> [TemplateValue] {
    var words: [TemplateValue] = []
    var rest = text.unicodeScalars[...]
    while true {
      rest = trimmed(rest, left: true, right: false) { isPythonSpace($0.value) }
      if rest.isEmpty { return words }
      if limit >= 0, words.count == limit {
        words.append(.string(String(rest)))
        return words
      }
      let word = rest.prefix { !isPythonSpace($0.value) }
      words.append(.string(String(word)))
      rest = rest[word.endIndex...]
    }
  }

  /// `str.rsplit()`: like `words`, but cuts count from the end.
  static func wordsFromEnd(_ text: String, limit: Int) -> [TemplateValue] {
    var words: [TemplateValue] = []
    var rest = text.unicodeScalars[...]
    while true {
      rest = trimmed(rest, left: false, right: true) { isPythonSpace($0.value) }
      if rest.isEmpty { break }
      if limit >= 0, words.count == limit {
        words.append(.string(String(rest)))
        break
      }
      let start = rest.lastIndex { isPythonSpace($0.value) }.map { rest.index(after: $0) } ?? rest.startIndex
      words.append(.string(String(rest[start...])))
      rest = rest[..<start]
    }
    return words.reversed()
  }

  static func lines(_ text: String, keepsEnds: Bool) -> [TemplateValue] {
    var lines: [TemplateValue] = []
    var line = String.UnicodeScalarView()
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      guard [0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029].contains(scalar.value) else {
        line.append(scalar)
        continue
      }
      if keepsEnds { line.append(scalar) }
      if scalar == "\r", index < scalars.count, scalars[index] == "\n" {
        if keepsEnds { line.append(scalars[index]) }
        index += 1
      }
      lines.append(.string(String(line)))
      line = String.UnicodeScalarView()
    }
    if !line.isEmpty { lines.append(.string(String(line))) }
    return lines
  }

  static func upper(_ text: some Sequence<Unicode.Scalar>) -> String {
    var result = ""
    for scalar in text { result += scalar.properties.uppercaseMapping }
    return result
  }

  static func lower(_ text: some Sequence<Unicode.Scalar>) -> String {
    var result = ""
    for scalar in text { result += scalar.properties.lowercaseMapping }
    return result
  }

  /// The first code point in title case, the rest in lower case.
  static func capitalized(_ text: some Collection<Unicode.Scalar>) -> String {
    guard let first = text.first else { return "" }
    return first.properties.titlecaseMapping + lower(text.dropFirst())
  }

  /// `str.title()`: each run of letters begins with a capital.
  static func titled(_ text: String) -> String {
    var result = ""
    var followsLetter = false
    for scalar in text.unicodeScalars {
      result += followsLetter ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
      followsLetter = scalar.properties.isCased
    }
    return result
  }

  static func swappedCase(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      result += scalar.properties.isUppercase ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
    }
    return result
  }

  static func escapedHTML(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "'": result += "&#39;"
      case "\"": result += "&#34;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
