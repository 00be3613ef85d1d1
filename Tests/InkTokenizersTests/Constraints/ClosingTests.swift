import InkTokenizers
import Testing

@Suite("Answers that are closed in time")
struct ClosingTests {
  private static let table = TokenTable(tokens: TestVocabulary.tokens)

  private static func constraint(_ grammar: Grammar) throws -> TokenConstraint {
    try TokenConstraint(grammar, table: table, endTokens: [TestVocabulary.end])
  }

  @Test("too few tokens for any answer are refused with the number that is needed")
  func tooFew() throws {
    let start = try Self.constraint(Grammar(choices: ["null", "2026-11"]))
    #expect(try start.tokensToComplete() == 1)
    let schema = try Self.constraint(Grammar(jsonSchema: #"{"type":"array","items":{"const":true},"minItems":3}"#))
    // "[", "true", ",", "true", ",", "true", "]"
    #expect(try schema.tokensToComplete() == 7)
    try schema.requireRoom(for: 7)
    let error = #expect(throws: GrammarError.self) { try schema.requireRoom(for: 6) }
    #expect(error?.code == .tooFewTokens)
    #expect(error?.expected.contains("7 tokens") == true)
    var copy = schema
    #expect(throws: GrammarError.self) { try copy.mask(remaining: 6) }
    #expect(throws: GrammarError.self) { try copy.mask(remaining: 0) }
    #expect(throws: GrammarError.self) { try copy.mask(remaining: .min) }
  }

  @Test("with no token to spare only the shortest answer is left")
  func exactFit() throws {
    var constraint = try Self.constraint(Grammar(jsonSchema: #"{"type":"array","items":{"const":true},"minItems":1}"#))
    var text: [UInt8] = []
    for left in (1...3).reversed() {
      let ids = try constraint.mask(remaining: left).ids
      let token = try #require(ids.last)
      text += Self.table.bytes(of: token, at: .inside)
      try constraint.accept(token)
    }
    #expect(String(decoding: text, as: UTF8.self) == "[true]")
    #expect(constraint.isFinished)
    #expect(try constraint.mask(remaining: 0).ids == [TestVocabulary.end])
  }

  @Test("any JSON object that a random walk opens is closed at its last token", arguments: 0..<20)
  func objects(seed: Int) throws {
    var random = DamagedFileTests.SplitMix(state: UInt64(seed))
    let start = try Self.constraint(Grammar.jsonObject())
    let text = try RandomSchemaTests.answer(start, Self.table, limit: 60, end: TestVocabulary.end, using: &random)
    #expect(throws: Never.self) { try TestJSON(text) }
  }

  @Test("a vocabulary without single bytes never leads into a dead end")
  func incompleteVocabulary() throws {
    let words = ["a", "b", "ab", "中", "[", "]", "],", "x"]
    let end = TokenID(words.count)
    let table = TokenTable(tokens: words.map { Array($0.utf8) } + [[]])
    let grammar = try Grammar(gbnf: "root ::= \"a\" (\"b\" \"é\" | \"中\" \"]\" | \"x\") ")
    var constraint = try TokenConstraint(grammar, table: table, endTokens: [end])
    #expect(try constraint.mask().ids == [0])
    try constraint.accept(0)
    // "b" can only be followed by a character that no token writes.
    #expect(try constraint.mask().ids == [3, 7])
    let impossible = try TokenConstraint(Grammar(choices: ["é"]), table: table, endTokens: [end])
    var copy = impossible
    let error = #expect(throws: GrammarError.self) { try copy.mask() }
    #expect(error?.code == .unsuitableVocabulary)
    #expect(throws: GrammarError.self) { try impossible.requireRoom(for: 100) }
  }
}
