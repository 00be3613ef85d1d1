import InkTokenizers
import Testing

@Suite("Grammars of regular expressions")
struct RegularExpressionGrammarTests {
  @Test(
    "each construct matches whole texts and nothing else",
    arguments: [
      ("abc", ["abc"], ["ab", "abcd", ""]), ("^a|b$", ["a", "b"], ["ab"]), ("\\Aab\\z", ["ab"], ["a"]),
      ("a*b+c?", ["b", "aabbc"], ["a", "bcc"]), ("a{2}b{1,}c{0,2}", ["aab", "aabbcc"], ["ab", "aabccc"]),
      ("a+?b*?c??", ["a", "aabbc"], ["b"]), ("(ab|cd)(?:e|)", ["ab", "cde"], ["abcd", "e"]),
      ("(?<year>\\d{4})(?P<month>\\d\\d)", ["202611"], ["2026", "２０２６11"]),
      ("[a-c\\d_]+", ["b9_"], ["d", "-"]), ("[^a\\s]", ["b", "中"], ["a", " ", "\u{3000}"]),
      ("[\\]\\-x-]+", ["]-x"], ["y"]), ("\\w\\W\\s\\S\\D", ["a! b中"], ["é! bx", "a!!bx", "a! b1"]),
      (".", ["中", "😀", "\t"], ["\n", "\r", "\u{2028}", "ab"]), ("\\x41\\u4e2d\\u{1F600}\\t", ["A中😀\t"], ["A中"]),
      ("\\ud83d\\ude00", ["😀"], ["?"]), ("x{,2}", ["x{,2}"], ["", "xx"]), ("\\.\\*\\/\\-", [".*/-"], ["a*/-"]),
      ("(a*)*b", ["b", "aab"], ["aa"]), ("[中-龥]{2}", ["中文"], ["中", "ab"]), ("", [""], ["a"]),
    ])
  func constructs(text: String, good: [String], bad: [String]) throws {
    let grammar = try Grammar(regularExpression: text)
    for example in good { #expect(try grammar.matches(example), "\(text): \(example)") }
    for example in bad { #expect(try !grammar.matches(example), "\(text): \(example)") }
  }

  @Test(
    "what no regular language says is refused by name",
    arguments: [
      ("(a)\\1", "backreferences"), ("(?<n>a)\\k<n>", "backreferences"), ("(?P=n)", "backreferences"),
      ("a(?=b)", "lookahead"), ("a(?!b)", "lookahead"), ("(?<=a)b", "lookbehind"), ("(?<!a)b", "lookbehind"),
      ("\\p{L}", "\\p{L}"), ("\\bword", "word boundaries"), ("(?i)a", "flags"), ("(?i:a)", "flags"),
      ("(?>a)", "atomic"), ("a++", "possessive"), ("[[:alpha:]]", "POSIX"), ("\\01", "octal"), ("[]", "empty class"),
      ("a^b", "^ and $"), ("(a$)b", "^ and $"), ("\\e", "\\e"),
    ])
  func unsupported(text: String, name: String) {
    let error = #expect(throws: GrammarError.self) { try Grammar(regularExpression: text) }
    #expect(error?.code == .unsupported)
    #expect(error?.expected.contains(name) == true, "\(error?.description ?? "")")
  }

  @Test(
    "mistakes are refused with their place",
    arguments: [
      ("a(b", 3), ("a)", 1), ("[a", 0), ("*a", 0), ("a**", 2), ("a{3,1}", 1), ("[z-a]", 1), ("\\", 1), ("\\xZ1", 0),
      ("^*", 1), ("[a-\\d]", 1),
    ])
  func mistakes(text: String, offset: Int) {
    let error = #expect(throws: GrammarError.self) { try Grammar(regularExpression: text) }
    #expect(error?.code == .malformed)
    #expect(error?.context.hasSuffix("character \(offset)") == true, "\(error?.description ?? "")")
  }
}
