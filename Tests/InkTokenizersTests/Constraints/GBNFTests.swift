import InkChat
import InkTokenizers
import Testing

@Suite("GBNF")
struct GBNFTests {
  @Test(
    "each construct matches what it says and nothing else",
    arguments: [
      ("root ::= \"a\\\"b\\\\\\n\"", ["a\"b\\\n"], ["a", "a\"b", ""]),
      ("root ::= [a-cx] [^a-c] .", ["ad中", "xz\n"], ["da中", "ab中", "ad"]),
      ("root ::= [\\x41-\\x43\\u4e2d\\U0001F600-\\U0001F602]+", ["AC中😁"], ["D", "😃", ""]),
      ("root ::= [a\\-\\]^-]+", ["a-]^"], ["\\", "b"]),
      ("root ::= \"x\"* \"y\"+ \"z\"?", ["y", "xxyyz"], ["xz", "yzz", ""]),
      ("root ::= \"a\"{2} \"b\"{1,} \"c\"{0,2} \"d\"{,1}", ["aab", "aabbccd"], ["ab", "aabcccd", "aabdd"]),
      ("root ::= (\"a\" | \"b\" \"c\") \"d\"", ["ad", "bcd"], ["bd", "acd"]),
      ("root ::= item (\",\" item)*\nitem ::= [0-9]+ # digits\n# end", ["1", "12,3"], [",", "1,"]),
      ("root ::= a |\n  b\na ::= \"1\"\nb ::= \"2\"", ["1", "2"], ["12"]),
      ("root ::= \"a\"\n  | \"b\" # or\n  \"c\"\n", ["a", "bc"], ["b", "ac"]),
      ("root   ::=\n  left-1 left_2\nleft-1 ::= \"l\"\nleft_2 ::= \"\" | \"r\"\r\n", ["l", "lr"], ["r", ""]),
      ("root ::= \"(\" root \")\" | \"\"", ["", "()", "((()))"], ["(", ")(", "(()"]),
      ("root ::= (\"a\"*)* \"b\"", ["b", "aaab"], ["aa"]),
      ("root ::= \"\\x4e2d\" \"\\u00e9\"", ["N2dé"], ["中é"]),
    ])
  func constructs(text: String, good: [String], bad: [String]) throws {
    let grammar = try Grammar(gbnf: text)
    for example in good { #expect(try grammar.matches(example), "\(text): \(example)") }
    for example in bad { #expect(try !grammar.matches(example), "\(text): \(example)") }
  }

  @Test(
    "a text that is written as a literal matches itself and nothing else",
    arguments: [
      "", "a", "say \"hi\"", "back\\slash\\n", "two\r\nlines\tand a tab", "中é👩‍👩‍👧", "\u{0}\u{7F}", "[a-z]* | # \\x41",
    ])
  func literals(text: String) throws {
    let grammar = try Grammar(gbnf: "root ::= \(GBNFLiteral.quoted(text))\n")
    #expect(try grammar.matches(text))
    #expect(try !grammar.matches(text + "a"))
    #expect(try !grammar.matches("b" + text))
  }

  @Test("another rule can be the root")
  func otherRoot() throws {
    let grammar = try Grammar(gbnf: "root ::= \"a\"\nother ::= \"b\"", root: "other")
    #expect(try grammar.matches("b"))
    #expect(try !grammar.matches("a"))
  }

  @Test(
    "mistakes are refused with their place",
    arguments: [
      ("root ::= \"a", "line 1, column 10", GrammarError.Code.malformed),
      ("root ::= [a", "line 1, column 10", .malformed),
      ("root ::= (\"a\"", "line 1, column 14", .malformed),
      ("root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1", .malformed),
      ("root ::= \"a\"\n\nx = \"b\"", "line 3, column 3", .malformed),
      ("root ::= missing", "line 1, column 10", .malformed),
      ("root ::= [z-a]", "line 1, column 11", .malformed),
      ("root ::= \"\\q\"", "line 1, column 11", .malformed),
      ("root ::= \"\\uD800\"", "line 1, column 11", .malformed),
      ("root ::= \"a\"{3,2}", "line 1, column 13", .malformed),
      ("root ::= \"a\"{}", "line 1, column 13", .malformed),
      ("root ::= <think>", "line 1, column 10", .unsupported),
      ("other ::= \"a\"", "grammar", .malformed), ("", "grammar", .malformed),
      ("root ::= *", "line 1, column 10", .malformed),
    ])
  func mistakes(text: String, place: String, code: GrammarError.Code) {
    let error = #expect(throws: GrammarError.self) { try Grammar(gbnf: text) }
    #expect(error?.code == code)
    #expect(error?.context.contains(place) == true, "\(error?.description ?? "")")
  }

  @Test(
    "a rule that begins with itself is refused by name",
    arguments: [
      "root ::= root \"a\" | \"b\"", "root ::= a\na ::= b \"x\"\nb ::= a | \"y\"",
      "root ::= empty root \"a\" | \"b\"\nempty ::= \"e\"?", "root ::= (root)* \"a\"",
    ])
  func leftRecursion(text: String) {
    let error = #expect(throws: GrammarError.self) { try Grammar(gbnf: text) }
    #expect(error?.code == .leftRecursion)
    #expect(error?.found.contains("→") == true)
  }

  @Test(
    "a grammar without any text is refused",
    arguments: ["root ::= \"a\" root", "root ::= []", "root ::= a\na ::= \"x\" b\nb ::= \"y\" a"])
  func nothing(text: String) {
    let error = #expect(throws: GrammarError.self) { try Grammar(gbnf: text) }
    #expect(error?.code == .unsatisfiable)
  }
}
