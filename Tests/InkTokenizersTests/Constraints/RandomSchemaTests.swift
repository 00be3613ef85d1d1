import InkTokenizers
import Testing

@Suite("Answers by random schemas")
struct RandomSchemaTests {
  /// Draws permitted tokens until the answer ends or the limit is reached.
  static func answer(
    _ start: TokenConstraint, _ table: TokenTable, limit: Int, end: TokenID,
    using random: inout some RandomNumberGenerator
  ) throws -> [UInt8] {
    var constraint = start
    var text: [UInt8] = []
    var left = limit
    while left > 0, !constraint.isFinished {
      let mask = try constraint.mask(remaining: left)
      let ids = mask.ids
      let token = try #require(ids.randomElement(using: &random))
      if token == end { break }
      text += table.bytes(of: token, at: left == limit ? .opening : .inside)
      try constraint.accept(token)
      left -= 1
    }
    #expect(constraint.isComplete, "\(String(decoding: text, as: UTF8.self))")
    return text
  }

  @Test("of 1000 random schemas no answer is invalid, however few tokens it may take")
  func thousandSchemas() throws {
    var random = DamagedFileTests.SplitMix(state: 2026)
    let table = TokenTable(tokens: TestVocabulary.tokens)
    var answers = 0
    for round in 0..<1000 {
      let schema = TestSchema.random(depth: 3, using: &random)
      let start = try TokenConstraint(
        Grammar(jsonSchema: schema.document), table: table, endTokens: [TestVocabulary.end])
      let least = try start.tokensToComplete()
      for limit in [least, least + 1, least + Int.random(in: 2...40, using: &random)] {
        try start.requireRoom(for: limit)
        let text = try Self.answer(start, table, limit: limit, end: TestVocabulary.end, using: &random)
        let value = try? TestJSON(text)
        #expect(
          value.map { schema.permits($0) } == true,
          "round \(round): \(String(decoding: text, as: UTF8.self)) by \(schema.document)")
        answers += 1
      }
    }
    #expect(answers == 3000)
  }
}
