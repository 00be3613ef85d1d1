import InkTokenizers

/// Tokens such as vocabularies of language models have: all bytes, pieces of JSON, words, parts of characters.
enum TestVocabulary {
  static let tokens: [[UInt8]] = {
    var tokens: [[UInt8]] = (UInt8.min...UInt8.max).map { [$0] }
    let texts = [
      "{\"", "\":", "\": ", "\":\"", "\",\"", ", ", "},", "}]", "]}", "\"}", "[{\"", "[[", "]]", "null", "true",
      "false",
      "tr", "ue", "al", "12", "2026", "00", "0.", ".5", "-1", "e+", "na", "name", "\"name\"", "age", "地址", "red", "re",
      "\"re", "\\\"", "\\n", "\\u", "\\u00", "d8", "ab", "abc", " the", "  ", "\n  ", "\n    ", "中文", "😀", "é", "xyz",
      "T12:", ":00", "Z", "@x.", "com", "ffff", "-0", "127.", "::",
    ]
    tokens += texts.map { Array($0.utf8) }
    let emoji = Array("😀".utf8)
    let han = Array("址".utf8)
    tokens += [Array(emoji[..<3]), Array(emoji[1...]), Array(han[..<2]), Array(han[1...]) + Array("\"".utf8)]
    tokens.append([])
    return tokens
  }()

  static let end = TokenID(tokens.count - 1)
}
