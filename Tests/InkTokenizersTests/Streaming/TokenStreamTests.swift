import InkTokenizers
import Testing

@Suite("Streaming detokenizer")
struct TokenStreamTests {
  @Test("half a character is held back until it is whole")
  func halves() throws {
    let tokenizer = try GoldenTokenizers.tokenizer("byte_level_bpe_gpt2")
    let ids = tokenizer.encode("👩‍👩‍👧", specialTokens: .omit)
    var stream = tokenizer.makeStream()
    var text = ""
    for id in ids {
      let part = try stream.append(id)
      #expect(!part.contains("\u{FFFD}"))
      text += part
    }
    #expect(text == "👩‍👩‍👧")
    #expect(stream.finish() == "")
  }

  @Test("random tokens, whole characters or not, stream to what they decode to", arguments: GoldenTokenizerTests.names)
  func randomTokens(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    var random = DamagedFileTests.SplitMix(state: 5)
    for length in 1..<400 {
      let ids = (0..<length % 40 + 1).map { _ in
        TokenID.random(in: 0..<TokenID(tokenizer.vocabularySize), using: &random)
      }
      for special in [SpecialTokenDecoding.skip, .keep] {
        var stream = tokenizer.makeStream(specialTokens: special)
        var text = ""
        for id in ids { text += try stream.append(id) }
        text += stream.finish()
        #expect(Array(text.utf8) == Array(try tokenizer.decode(ids, specialTokens: special).utf8))
      }
    }
  }

  @Test("only the special tokens that were asked for appear")
  func keptTokens() throws {
    let tokenizer = try GoldenTokenizers.tokenizer("byte_level_bpe_qwen_added")
    let start = try #require(tokenizer.id(ofPiece: "<|im_start|>"))
    let end = try #require(tokenizer.id(ofPiece: "<|im_end|>"))
    let ids = [start] + tokenizer.encode("hi 你", specialTokens: .omit) + [end, start]
    for (kept, text) in [
      ([], "hi 你"), ([end], "hi 你<|im_end|>"), ([start, end], "<|im_start|>hi 你<|im_end|><|im_start|>"),
    ] {
      #expect(try tokenizer.decode(ids, specialTokens: .keepOnly(Set(kept))) == text)
      var stream = tokenizer.makeStream(specialTokens: .keepOnly(Set(kept)))
      var streamed = ""
      for id in ids { streamed += try stream.append(id) }
      #expect(streamed + stream.finish() == text)
    }
  }

  @Test("an id outside the vocabulary is refused by name")
  func unknown() throws {
    let tokenizer = try GoldenTokenizers.tokenizer("byte_level_bpe_gpt2")
    var stream = tokenizer.makeStream()
    for id in [TokenID(-1), TokenID(tokenizer.vocabularySize), TokenID.max, TokenID.min] {
      #expect(throws: TokenizerError.self) { try stream.append(id) }
      #expect(throws: TokenizerError.self) { try tokenizer.decode([id]) }
      #expect(tokenizer.piece(id) == nil)
    }
  }
}
