import InkTokenizers
import Testing

@Suite("Bytes of tokens")
struct TokenTableTests {
  @Test(
    "the table says what a detokenizer writes, at the beginning and inside",
    arguments: [
      "byte_level_bpe_gpt2", "byte_level_bpe_llama3", "byte_level_bpe_qwen_added", "bpe_byte_fallback_llama2",
      "unigram_t5",
    ])
  func bytes(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    let table = try tokenizer.tokenTable()
    let opening = tokenizer.encode("x", specialTokens: .omit)
    let before = try tokenizer.decodeBytes(opening)
    var compared = 0
    for id in 0..<TokenID(table.vocabularySize) {
      let inside = table.bytes(of: id, at: .inside)
      guard !inside.isEmpty else { continue }
      #expect(!tokenizer.isSpecial(id))
      // Parts of characters show as U+FFFD when they stand alone.
      guard String(validating: inside, as: UTF8.self) != nil else { continue }
      compared += 1
      #expect(try tokenizer.decodeBytes(opening + [id]) == before + inside)
      #expect(try tokenizer.decodeBytes([id]) == Array(table.bytes(of: id, at: .opening)))
    }
    #expect(compared > 100)
    #expect(table === (try tokenizer.tokenTable()))
  }

  @Test("answers of a SentencePiece vocabulary decode to the grammar's text, with and without a space in front")
  func sentencePiece() throws {
    let tokenizer = try GoldenTokenizers.tokenizer("bpe_byte_fallback_llama2")
    let table = try tokenizer.tokenTable()
    var random = DamagedFileTests.SplitMix(state: 4)
    let grammar = try Grammar(regularExpression: "( ?[a-z]{1,6}|中é😀){1,4}")
    let start = try TokenConstraint(grammar, table: table, endTokens: tokenizer.endOfGeneration)
    var withSpace = 0
    for _ in 0..<40 {
      var constraint = start
      var ids: [TokenID] = []
      for left in (1...16).reversed() where !constraint.isFinished {
        let choices = try constraint.mask(remaining: left).ids
        let id = try #require(choices.randomElement(using: &random))
        if tokenizer.endOfGeneration.contains(id) { break }
        try constraint.accept(id)
        ids.append(id)
      }
      let text = try tokenizer.decode(ids)
      #expect(try grammar.matches(text), "\(text)")
      if let first = ids.first, tokenizer.piece(first)?.hasPrefix("\u{2581}") == true { withSpace += 1 }
    }
    #expect(withSpace > 0)
  }

  @Test("a text that a tokenizer encodes is permitted token by token")
  func encodings() throws {
    let texts = ["{\"name\": \"李雷\", \"emoji\": \"👩‍👩‍👧\", \"n\": [1, 2.5e3, null]}", "{\"a\": {\"b\": \"c\\n\"}}"]
    for name in ["byte_level_bpe_gpt2", "byte_level_bpe_llama3", "byte_level_bpe_qwen_added"] {
      let tokenizer = try GoldenTokenizers.tokenizer(name)
      for text in texts {
        var constraint = try TokenConstraint(
          Grammar.jsonObject(), table: try tokenizer.tokenTable(), endTokens: tokenizer.endOfGeneration)
        for id in tokenizer.encode(text, specialTokens: .omit) {
          #expect(try constraint.mask().contains(id))
          try constraint.accept(id)
        }
        #expect(constraint.isFinished)
      }
    }
  }
}
