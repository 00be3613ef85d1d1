import InkTokenizers
import Testing

@Suite("Pre-tokenizer scanners against the general expression engine")
struct ScannerTests {
  static let expressions = PieceInspection.knownExpressions

  static let fragments = [
    "Hello", " world", "don't", "DON'T", "they'LL", "we're", "'\u{17F}", "'", "''", " '", "1", "22", "4567", "½", "Ⅷ",
    "٣",
    " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", "\u{A0}", "\u{3000}", "\u{2028}", "\u{85}", ".", "...", " //", "->",
    "=",
    "今天", "天气，", "。", "カタカナ", "・", "ー", "ひ", "\u{3097}", "\u{3099}", "゛", "゠", "한국어", "العربية", "हिन्दी", "e\u{301}",
    "\u{301}", "🙂", "👩‍👩‍👧",
    "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{0}", "\u{7F}", "\u{AD}", "_", "$", "€", "a", "Z", "ß", "İ", "ǅ", "ʰ",
  ]

  @Test("scanner and engine cut thousands of mixed strings alike", arguments: expressions.indices)
  func agree(index: Int) throws {
    var random = DamagedFileTests.SplitMix(state: UInt64(index))
    for _ in 0..<3000 {
      let count = Int.random(in: 0...14, using: &random)
      let text = (0..<count).map { _ in Self.fragments.randomElement(using: &random) ?? "" }.joined()
      let (scanned, matched) = try PieceInspection.pieces(of: text, expression: Self.expressions[index])
      #expect(scanned == matched, Comment(rawValue: text.debugDescription))
      #expect(scanned.joined() == text)
    }
  }

  @Test(
    "the engine finds what the expression says",
    arguments: [
      ("a+", "baac", ["aa"]), ("a+?", "aaa", ["a", "a", "a"]), ("a{2}", "aaaaa", ["aa", "aa"]),
      ("a{1,2}b", "aaab", ["aab"]), ("(?:ab|a)c", "abcac", ["abc", "ac"]), ("a(?!b)", "abac", ["a"]),
      ("a(?=b)", "abac", ["a"]), ("[^a-c]+", "abxyc", ["xy"]), (#"\p{Lu}\p{^Lu}*"#, "AbcDe", ["Abc", "De"]),
      (#"\P{L}+"#, "ab12c", ["12"]), ("(?i:STRASSE)", "strasse", ["strasse"]), ("(?i)k+", "kKK", ["kKK"]),
      ("a++b", "aab", ["aab"]), ("a*+a", "aaa", []), ("(?>a|ab)c", "abc ac", ["ac"]),
      (#"\x{4E00}\u4e01"#, "一丁", ["一丁"]),
      (#"[\]\-x]+"#, "a]-xb", ["]-x"]), ("(?:ab?)+", "abaab", ["abaab"]), ("^a|b$", "abab", ["a", "b"]),
      (".+", "ab\ncd", ["ab", "cd"]), (#"[a[b-c\d]]+"#, "ab1xc", ["ab1", "c"]),
      (#"[^a[\s[b]]]+"#, "cab d", ["c", "d"]),
      ("(a+b?)+", "aabac", ["aaba"]), ("(?:a*)*b", "aab", ["aab"]), ("(?:ab|a|bcd)*e", "abcde", ["abcde"]),
      ("(?:ab|a|bcd|)*e", "abcde", ["abcde"]), ("(?:b?a??)*c", "abac", ["abac"]),
      (#" ?[^(\s|[.,!?…。，、।۔،])]+"#, "ab (cd|e). f。好", ["ab", "cd", "e", " f", "好"]),
    ])
  func engine(expression: String, text: String, matches: [String]) throws {
    #expect(try PieceInspection.matches(of: expression, in: text) == matches)
  }

  @Test(
    "an expression outside the subset is refused",
    arguments: [
      "(", ")", "[", "a**b(", "[a", "(?<n>a)", "(?<=a)", #"\b"#, #"\p{Greek}"#, "a{999}", "[z-a]", "[[^a]]",
      "[[:alpha:]]", "[[a]",
      "\\", "[a&&b]", "*", "a{1}{1}{1}{1}{1}{1}{1}{1}{1}", "(?:(?:(?:(?:){256}){256}){256}){256}",
      "(?:(?:(?:ab){256}){256}){256}",
    ])
  func refused(expression: String) {
    let error = #expect(throws: TokenizerError.self) { try PieceInspection.matches(of: expression, in: "text") }
    #expect(error?.code == .invalidPattern)
  }
}
