import InkTokenizers
import Testing

@Suite("Expanding a vocabulary")
struct VocabularyExpansionTests {
  private static func texts(_ name: String) throws -> [String] {
    try #require(ReferenceTraining.all.first { $0.name == name }).texts
  }

  private static func english() throws -> TrainedTokenizer {
    try BytePairTrainer(vocabularySize: 450).train(on: texts("english"))
  }

  @Test("English keeps its ids, Chinese takes fewer tokens, and nothing is lost")
  func chinese() throws {
    let english = try Self.english()
    let old = try english.tokenizer()
    let chinese = try Self.texts("chinese")
    let expanded = try VocabularyExpansion(additionalTokens: 120)
      .expand(tokenizerJSON: english.tokenizerJSON(), with: chinese)
    #expect(expanded.ending == .vocabularyFull)
    #expect(expanded.oldVocabularySize == 450)
    #expect(expanded.vocabularySize == 570)
    let new = try expanded.tokenizer(configuration: english.defaultConfiguration)
    #expect(new.vocabularySize == 570)
    #expect(new.roles.endOfSequence == 0)
    for text in try Self.texts("english") where text.utf8.allSatisfy({ $0 < 0x80 }) {
      #expect(new.encode(text) == old.encode(text))
    }
    for text in chinese {
      let ids = new.encode(text)
      #expect(ids.count < old.encode(text).count)
      #expect(try new.decode(ids) == text)
    }
  }

  @Test("the old pieces of a new token put in its place give the old encoding")
  func oldPieces() throws {
    let english = try Self.english()
    let old = try english.tokenizer()
    let chinese = try Self.texts("mixed")
    let expanded = try VocabularyExpansion(additionalTokens: 400, minimumFrequency: 1)
      .expand(tokenizerJSON: english.tokenizerJSON(), with: chinese)
    let new = try expanded.tokenizer()
    #expect(expanded.newTokens.map(\.id) == (450..<TokenID(expanded.vocabularySize)).map { $0 })
    var used: Set<TokenID> = []
    for text in chinese {
      let ids = new.encode(text)
      used.formUnion(ids)
      let pieces = ids.flatMap { $0 < 450 ? [$0] : expanded.newTokens[Int($0) - 450].oldPieces }
      #expect(pieces == old.encode(text))
    }
    #expect(expanded.newTokens.contains { used.contains($0.id) })
    for token in expanded.newTokens {
      let bytes = token.oldPieces.flatMap { id in
        [UInt8](english.vocabulary[Int(id)].unicodeScalars.compactMap { Self.alphabet[$0] })
      }
      #expect(bytes == token.bytes)
    }
  }

  /// The bytes of the byte alphabet's characters, by the rule that GPT-2 gives.
  private static let alphabet: [Unicode.Scalar: UInt8] = {
    var result: [Unicode.Scalar: UInt8] = [:]
    var next: UInt32 = 0x100
    for byte in UInt8.min...UInt8.max {
      let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
      if let scalar = Unicode.Scalar(isPrintable ? UInt32(byte) : next) { result[scalar] = byte }
      if !isPrintable { next += 1 }
    }
    return result
  }()

  @Test("bytes that the old vocabulary lacks become the first new tokens")
  func missingBytes() throws {
    let json = """
      {"added_tokens": [{"id": 4, "content": "<s>", "special": true}], "pre_tokenizer": {"type": "ByteLevel",
      "add_prefix_space": false}, "decoder": {"type": "ByteLevel"}, "extra": [1.5, "\\u0001", null, {"x": -3}],
      "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}}
      """
    let expanded = try VocabularyExpansion(additionalTokens: 10)
      .expand(tokenizerJSON: [UInt8](json.utf8), with: ["abcab", "abcab", "abc"])
    #expect(expanded.oldVocabularySize == 5)
    let tokens = expanded.newTokens.map { String(decoding: $0.bytes, as: UTF8.self) }
    #expect(tokens == ["c", "abc", "abcab"])
    #expect(expanded.newTokens.map(\.oldPieces) == [[], [2], [2, 2]])
    #expect(expanded.ending == .textsExhausted)
    let tokenizer = try expanded.tokenizer()
    #expect(tokenizer.encode("abcab<s>abab") == [7, 4, 2, 2])
    #expect(String(decoding: expanded.tokenizerJSON, as: UTF8.self).contains("\"\\u0001\""))
  }

  @Test("beyond ASCII only: ASCII text keeps its ids though it stands in the new texts", arguments: [1, 2])
  func beyondASCII(minimumFrequency: Int) throws {
    let english = try Self.english()
    let old = try english.tokenizer()
    let texts = ["unseen unseen unseen", "x\u{5C71}zzzz\u{6C34}zzzz", "\u{5C71}zzzz\u{6C34}"]
    func expand(_ scope: ExpansionScope) throws -> Tokenizer {
      try VocabularyExpansion(additionalTokens: 60, minimumFrequency: minimumFrequency, scope: scope)
        .expand(tokenizerJSON: english.tokenizerJSON(), with: texts).tokenizer()
    }
    let (all, beyond) = (try expand(.anyText), try expand(.beyondASCII))
    for text in ["unseen", " unseen", "zzzz"] {
      #expect(beyond.encode(text) == old.encode(text))
      #expect(all.encode(text).count < old.encode(text).count)
    }
    #expect(beyond.encode("\u{5C71}").count == 1)
    for text in texts { #expect(try beyond.decode(beyond.encode(text)) == text) }
  }

  @Test("an expansion can be expanded again")
  func twice() throws {
    let english = try Self.english()
    let first = try VocabularyExpansion(additionalTokens: 40)
      .expand(tokenizerJSON: english.tokenizerJSON(), with: Self.texts("chinese"))
    let second = try VocabularyExpansion(additionalTokens: 40)
      .expand(tokenizerJSON: first.tokenizerJSON, with: Self.texts("chinese"))
    let once = try VocabularyExpansion(additionalTokens: 80)
      .expand(tokenizerJSON: english.tokenizerJSON(), with: Self.texts("chinese"))
    #expect(second.oldVocabularySize == first.vocabularySize)
    #expect(second.tokenizerJSON == once.tokenizerJSON)
  }

  @Test(
    "other tokenizers and damaged files are refused",
    arguments: [
      "", "[]", "{}", "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": []}}",
      "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": 0}, \"unk_token\": \"a\"}}",
      """
      {"added_tokens": [{"id": 2000000000, "content": "x"}], "pre_tokenizer": {"type": "ByteLevel"},
      "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
      """,
      """
      {"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "end_of_word_suffix": "b", "vocab": {"a": 0},
      "merges": []}}
      """,
    ])
  func refusals(json: String) {
    #expect(throws: TokenizerError.self) {
      try VocabularyExpansion(additionalTokens: 5).expand(tokenizerJSON: [UInt8](json.utf8), with: ["a a"])
    }
  }

  @Test("a number of tokens that cannot be added is refused", arguments: [0, -5, Int.max])
  func number(additional: Int) throws {
    let english = try Self.english()
    let error = #expect(throws: TokenizerError.self) {
      try VocabularyExpansion(additionalTokens: additional).expand(tokenizerJSON: english.tokenizerJSON(), with: ["a"])
    }
    #expect(error?.code == .invalidSetting)
  }
}
