import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Tokens and templates")
struct TokenTests {
  private var server: TestServer {
    let model = ServedModel(
      chat: ScriptedChatModel("x"), text: ScriptedTextModel { _, _ in [] }, renderer: ScriptedRenderer())
    return TestServer(FixedModels([(.chat("m"), model)]))
  }

  @Test(
    "a text becomes token ids, under the names of vLLM and of llama.cpp",
    arguments: [
      (#"{"prompt":"ab"}"#, [256, 97, 98]), (#"{"content":"ab","add_special":false}"#, [97, 98]),
      (#"{"prompt":"ab","add_special_tokens":false}"#, [97, 98]), (#"{"prompt":""}"#, [256]),
    ])
  func tokenize(body: String, tokens: [Int]) async throws {
    let json = try await server.test { try await $0.post("/tokenize", body).json }
    #expect(json["tokens"] == .array(tokens.map { .integer(Int64($0)) }))
    #expect(json["count"] == .integer(Int64(tokens.count)))
    #expect(json["max_model_len"] == 4096)
    #expect(json["token_strs"] == .null)
  }

  @Test("the tokens' texts are told when they are asked for")
  func pieces() async throws {
    let json = try await server.test {
      try await $0.post("/tokenize", #"{"prompt":"ab","return_token_strs":true,"add_special_tokens":false}"#).json
    }
    #expect(json["token_strs"] == ["a", "b"])
  }

  @Test("a conversation becomes text and tokens")
  func conversation() async throws {
    let body = #"{"messages":[{"role":"user","content":"hi"}]}"#
    try await server.test { client in
      #expect(try await client.post("/apply-template", body).json == ["prompt": "user: hi\nassistant:"])
      let json = try await client.post("/tokenize", body).json
      #expect(json["count"] == .integer(Int64("user: hi\nassistant:".utf8.count)))
    }
  }

  @Test("token ids become text")
  func detokenize() async throws {
    try await server.test { client in
      #expect(try await client.post("/detokenize", #"{"tokens":[97,98]}"#).json == ["prompt": "ab", "content": "ab"])
      #expect(try await client.post("/detokenize", #"{"tokens":[]}"#).json["prompt"] == "")
      for wrong in ["{}", #"{"tokens":"a"}"#, #"{"tokens":[-1]}"#, #"{"tokens":[1.5]}"#, #"{"tokens":[999]}"#] {
        #expect(try await client.post("/detokenize", wrong).code == 400)
      }
    }
  }

  @Test(
    "a request for both or neither is refused",
    arguments: ["{}", #"{"prompt":"a","messages":[{"role":"user","content":"x"}]}"#, #"{"prompt":"a","content":"b"}"#])
  func both(body: String) async throws {
    #expect(try await server.test { try await $0.post("/tokenize", body) }.code == 400)
  }
}
