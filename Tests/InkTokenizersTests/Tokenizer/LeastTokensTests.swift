import InkTokenizers
import Testing

@Suite("The fewest tokens of a text")
struct LeastTokensTests {
  /// Texts that tokens, normalizers and rules of white space make much shorter.
  private static let texts = [
    "", "a", "Hello world, hello tokens.", String(repeating: " ", count: 5000), String(repeating: "a", count: 5000),
    String(repeating: "\n", count: 3000), String(repeating: "\u{1112}\u{1161}\u{11AB}", count: 300),
    String(repeating: "\u{1D400}", count: 500), String(repeating: "e\u{301}\u{323}", count: 500),
    String(repeating: "<|endoftext|>", count: 200), String(repeating: "天气", count: 700),
    String(repeating: "👩‍👩‍👧‍👦", count: 100),
  ]

  @Test("no text has fewer tokens than its bytes tell", arguments: GoldenTokenizerTests.names)
  func bound(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    for text in Self.texts {
      let count = tokenizer.encode(text, specialTokens: .omit).count
      #expect(count >= tokenizer.leastTokens(ofByteCount: text.utf8.count), "\(text.prefix(20))")
    }
  }

  @Test("a vocabulary of bytes tells a number; one that drops or joins text tells none")
  func known() throws {
    for name in ["byte_level_bpe_gpt2", "byte_level_bpe_llama3"] {
      let tokenizer = try GoldenTokenizers.tokenizer(name)
      #expect(tokenizer.leastTokens(ofByteCount: 10_000_000) > 10_000, "\(name)")
      #expect(tokenizer.leastTokens(ofByteCount: 1) <= 1)
    }
    for name in ["unigram_t5", "wordpiece_bert_uncased"] {
      #expect(try GoldenTokenizers.tokenizer(name).leastTokens(ofByteCount: 10_000_000) == 0)
    }
  }
}
