import InkTokenizers
import Testing

@Suite("SentencePiece vocabularies by scores")
struct ScoredPairTests {
  private func tokenizer(prefix: Bool) throws -> Tokenizer {
    let bytes = (0..<256).map { "<0x\($0 < 16 ? "0" : "")\(String($0, radix: 16, uppercase: true))>" }
    let pieces = ["<unk>", "<s>", "</s>"] + bytes + ["\u{2581}", "a", "b", "ab", "\u{2581}a", "\u{2581}ab", "abab"]
    let types: [Int32] = [2, 3, 3] + bytes.map { _ in 6 } + [1, 1, 1, 1, 1, 1, 1]
    let scores: [Float] = [0, 0, 0] + bytes.map { _ in 0 } + [-9, -8, -7, -1, -2, -3, -4]
    return try Tokenizer(
      gguf: GGUFVocabulary(
        model: "llama", tokens: PackedStrings(pieces), scores: scores, tokenTypes: types, beginningOfSequence: 1,
        endOfSequence: 2, unknown: 0, addsSpacePrefix: prefix))
  }

  @Test("the union with the highest score is made first, the leftmost of equals first")
  func order() throws {
    let tokenizer = try tokenizer(prefix: true)
    #expect(try tokenizer.pieces(tokenizer.encode("ab")) == ["<s>", "\u{2581}ab"])
    #expect(try tokenizer.pieces(tokenizer.encode("abab")) == ["<s>", "\u{2581}ab", "ab"])
    #expect(try tokenizer.pieces(tokenizer.encode("b ab", specialTokens: .omit)) == ["\u{2581}", "b", "\u{2581}ab"])
    let plain = try self.tokenizer(prefix: false)
    #expect(try plain.pieces(plain.encode("abab", specialTokens: .omit)) == ["abab"])
  }

  @Test(
    "what no token spells is spelled in bytes and comes back whole", arguments: ["é", "今天", "a今b", "👩‍👩‍👧", "a  b", " a"])
  func bytes(text: String) throws {
    for prefix in [true, false] {
      let tokenizer = try tokenizer(prefix: prefix)
      let ids = tokenizer.encode(text)
      #expect(try tokenizer.decode(ids) == text)
      var stream = tokenizer.makeStream()
      var streamed = ""
      for id in ids { streamed += try stream.append(id) }
      #expect(streamed + stream.finish() == text)
    }
  }

  @Test("control tokens in the text are tokens only where that is asked for")
  func control() throws {
    let tokenizer = try tokenizer(prefix: false)
    #expect(tokenizer.encode("</s>", specialTokens: .omit) == [2])
    #expect(!tokenizer.encode("</s>", specialTokens: .omit, parsing: .asText).contains(2))
    #expect(tokenizer.endOfGeneration == [2])
  }

  @Test("a vocabulary without scores is refused")
  func scores() {
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizer(gguf: GGUFVocabulary(model: "llama", tokens: PackedStrings(["a"])))
    }
    #expect(error?.code == .missingField)
  }
}
