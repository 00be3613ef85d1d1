import InkTokenizers
import Testing

@Suite("Hostile grammars")
struct HostileGrammarTests {
  @Test(
    "repetitions inside repetitions stay small",
    arguments: ["((((a*)*)*)*)*", "((a?){50}){50}", "(a|a|a|a)*", "(a|b)*a(a|b){12}", "(a+a+a+)+", "((a|aa)*|a+)*b?"])
  func repetitions(text: String) throws {
    let grammar = try Grammar(regularExpression: text)
    #expect(try grammar.matches(String(repeating: "a", count: 300)))
    #expect(try !grammar.matches(String(repeating: "a", count: 200) + "x"))
  }

  @Test(
    "counts inside counts are followed or refused",
    arguments: ["(((a{1,30}){1,30}){1,30}){1,30}", "(?:(?:a{0,100}){0,100}){0,100}"])
  func counts(text: String) throws {
    let grammar = try Grammar(regularExpression: text)
    do throws(GrammarError) {
      #expect(try grammar.matches(String(repeating: "a", count: 40)))
    } catch {
      #expect(error.code == .tooLarge)
    }
  }

  @Test("what is too much is an error")
  func limits() {
    let deep = String(repeating: "(", count: 100_000)
    let texts: [() throws -> Grammar] = [
      { try Grammar(regularExpression: deep) }, { try Grammar(regularExpression: "a{1,100000}") },
      { try Grammar(regularExpression: "a{99999999999999999999}") },
      { try Grammar(regularExpression: "(((a{1000}){1000}){1000}){1000}") },
      { try Grammar(gbnf: "root ::= " + deep) }, { try Grammar(gbnf: "root ::= \"a\"{1,100000}") },
      { try Grammar(gbnf: "root ::= \"a\"" + String(repeating: "*", count: 10_000)) },
      { try Grammar(jsonSchema: String(repeating: "{\"items\":", count: 5000)) },
      { try Grammar(jsonSchema: #"{"type":"string","maxLength":1000000000000}"#) },
      { try Grammar(jsonSchema: #"{"type":"array","minItems":99999999}"#) },
      { try Grammar(Self.nested(200)) },
    ]
    for make in texts { #expect(throws: GrammarError.self) { try make() } }
  }

  private static func nested(_ depth: Int) -> GrammarPart {
    (0..<depth).reduce(.literal("a")) { part, _ in .sequence([part]) }
  }

  @Test("rules that double each other are refused when their shortest text is too long")
  func doubling() {
    var text = "root ::= r40\nr0 ::= \"a\"\n"
    for index in 1...40 { text += "r\(index) ::= r\(index - 1) r\(index - 1)\n" }
    let error = #expect(throws: GrammarError.self) { try Grammar(gbnf: text) }
    #expect(error?.code == .tooLarge)
  }

  @Test("ambiguity does not multiply")
  func ambiguity() throws {
    // Every place may belong to either of two rules, so a text of n letters can be read in 2^n ways.
    let grammar = try Grammar(
      gbnf: """
        root ::= "a" root "b" | "a" other "c" | "x"
        other ::= "a" root "b" | "a" other "c" | "x"
        """)
    let depth = 200
    let opening = String(repeating: "a", count: depth) + "x"
    #expect(try grammar.matches(opening + String(repeating: "b", count: depth)))
    #expect(try grammar.matches(opening + String(repeating: "cb", count: depth / 2)))
    #expect(try !grammar.matches(opening + String(repeating: "b", count: depth + 1)))
  }

  @Test("rules may nest as deep as a text is long")
  func depth() throws {
    let grammar = try Grammar(gbnf: "root ::= \"(\" root \")\" root | \"\"")
    let depth = 5000
    #expect(
      try grammar.matches(String(repeating: "(", count: depth) + String(repeating: ")", count: depth)))
  }

  @Test("long chains of rules are compiled without running out of stack")
  func chain() throws {
    var text = "root ::= r0\n"
    for index in 0..<5000 { text += "r\(index) ::= r\(index + 1) \"b\"?\n" }
    let grammar = try Grammar(gbnf: text + "r5000 ::= \"a\"")
    #expect(try grammar.matches("a"))
  }

  @Test("a schema of many optional properties is followed")
  func manyProperties() throws {
    let properties = (0..<300).map { "\"property\($0)\":{\"type\":\"integer\"}" }.joined(separator: ",")
    let grammar = try Grammar(
      jsonSchema: "{\"type\":\"object\",\"properties\":{\(properties)},\"additionalProperties\":false}")
    #expect(try grammar.matches("{\"property7\":1,\"property299\":2}"))
    #expect(try !grammar.matches("{\"property8\":1,\"property7\":2}"))
  }
}
