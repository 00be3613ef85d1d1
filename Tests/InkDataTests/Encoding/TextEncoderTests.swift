import InkData
import InkTokenizers
import Testing

@Suite struct TextEncoderTests {
  @Test("A document ends with the end-of-sequence token, and what is spelled like one is text")
  func document() throws {
    let tokenizer = try ByteTokenizer.make()
    #expect(TextEncoder(tokenizer: tokenizer).tokens(of: "ab") == WeightedTokens(tokens: [97, 98, 257], weight: 1))
    #expect(TextEncoder(tokenizer: tokenizer, ending: .open).tokens(of: "ab").tokens == [97, 98])
    #expect(TextEncoder(tokenizer: tokenizer).tokens(of: "</s>").tokens.count == 5)
  }

  @Test("Of a prompt with its completion the completion and the end are learned")
  func completion() throws {
    let encoder = TextEncoder(tokenizer: try ByteTokenizer.make())
    let found = encoder.tokens(of: PromptCompletion(prompt: "你a", completion: "bc"))
    #expect(found.tokens == [0xE4, 0xBD, 0xA0, 97, 98, 99, 257])
    #expect(found.weights == [0, 0, 0, 0, 1, 1, 1])
    let trimming = TextEncoder(tokenizer: try ByteTokenizer.make(offsets: .trimmed))
    let spaced = PromptCompletion(prompt: "a ", completion: "\n b")
    #expect(trimming.tokens(of: spaced).weights == [0, 0, 1, 1, 1, 1])
    #expect(encoder.tokens(of: PromptCompletion(prompt: "ab", completion: "")).weights == [0, 0, 1])
    #expect(encoder.tokens(of: PromptCompletion(prompt: "", completion: "ab")).weights == [1, 1, 1])
  }
}
