import InkFormats
import InkInference
import InkTokenizers
import Testing

@Suite("Formats known by their configuration")
struct ConversationTraitsTests {
  /// A model whose vocabulary has these tokens, with the ids 2, 3 and so on.
  private func format(
    _ modelType: String, config: String = "{}", generation: String? = nil, tokens: [String] = [], ends: Set<Int32> = []
  ) throws -> String? {
    let added = tokens.enumerated().map { index, token in
      #"{"id": \#(index + 2), "content": "\#(token)", "single_word": false, "lstrip": false, "rstrip": false, "#
        + #""normalized": false, "special": true}"#
    }
    let json = #"""
      {"version": "1.0", "added_tokens": [\#(added.joined(separator: ","))], "normalizer": null, "pre_tokenizer": null,
       "post_processor": null, "decoder": null, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}}
      """#
    let traits = ConversationTraits(
      modelType: modelType, config: try JSONDocument(Array(config.utf8), file: "config.json").root,
      generationConfig: try generation.map { try JSONDocument(Array($0.utf8), file: "generation_config.json").root },
      tokenizer: try Tokenizer(tokenizerJSON: Array(json.utf8)), endTokens: ends)
    return traits.format?.name
  }

  @Test("Baichuan's chat models name the tokens of the speakers; the tokens tell the two apart")
  func baichuan() throws {
    let ids = #"{"user_token_id": 2, "assistant_token_id": 3}"#
    let old = ["<reserved_102>", "<reserved_103>"]
    #expect(try format("baichuan", generation: ids, tokens: old) == "baichuan-chat")
    let new = ["<reserved_106>", "<reserved_107>"]
    #expect(try format("baichuan", generation: ids, tokens: new) == "baichuan2-chat")
    #expect(try format("baichuan", tokens: new) == nil, "a base model")
    #expect(try format("baichuan", generation: ids, tokens: ["<x>", "<y>"]) == nil)
    let bad = #"{"user_token_id": "two", "assistant_token_id": 99999999999}"#
    #expect(try format("baichuan", generation: bad, tokens: new) == nil)
  }

  @Test("the generations of ChatGLM are told apart by positions, vocabulary and the user's token")
  func chatGLM() throws {
    #expect(try format("chatglm", config: #"{"position_encoding_2d": true}"#) == "chatglm")
    let rows = #"{"padded_vocab_size": 65024}"#
    #expect(try format("chatglm", config: rows) == "chatglm2")
    #expect(try format("chatglm", config: rows, tokens: ["<|user|>"]) == "chatglm3")
    #expect(try format("chatglm", config: #"{"padded_vocab_size": 151552}"#, tokens: ["<|user|>"]) == nil)
  }

  @Test("Qwen says that it chats; InternLM and MOSS end an answer with a token of their own")
  func others() throws {
    #expect(try format("qwen", generation: #"{"chat_format": "chatml"}"#) == "qwen-7b-chat")
    #expect(try format("qwen", generation: #"{"chat_format": "raw"}"#) == nil)
    #expect(try format("internlm", tokens: ["<eoa>"], ends: [2]) == "internlm-chat")
    #expect(try format("internlm", tokens: ["<eoa>"], ends: [1]) == nil)
    #expect(try format("moss", tokens: ["<eom>"], ends: [2]) == "moss")
    #expect(try format("moss", ends: [2]) == nil)
  }

  @Test("nothing is guessed for other families", arguments: ["llama", "aquila", "bloom", "yuan", ""])
  func notGuessed(modelType: String) throws {
    #expect(try format(modelType, tokens: ["<|user|>", "</s>"], ends: [3]) == nil)
  }
}
