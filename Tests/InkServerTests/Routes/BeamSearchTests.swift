import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("Searches over beams over HTTP")
struct BeamSearchTests {
  /// Notes what it is asked, and answers with the number of the beam.
  private final class Searcher: BeamModel {
    let asked = Mutex<[(prompt: TextPrompt, options: BeamOptions)]>([])

    func beams(continuing prompt: TextPrompt, options: BeamOptions) async throws(GenerationError) -> [BeamAnswer] {
      asked.withLock { $0.append((prompt, options)) }
      return (0..<options.width).map { index in
        BeamAnswer(
          text: "beam \(index)", score: -Float(index), finishReason: index == 0 ? .endToken(nil) : .length,
          counts: TokenCounts(prompt: 3, completion: 2))
      }
    }
  }

  private func server(_ searcher: Searcher?) -> TestServer {
    TestServer(
      FixedModels([
        (
          .chat("m"),
          ServedModel(
            chat: ScriptedChatModel("drawn"), text: ScriptedTextModel { _, _ in [.text("drawn"), .finish()] },
            beams: searcher, renderer: ScriptedRenderer())
        )
      ]))
  }

  @Test("the best of the beams are told, best first, for each prompt")
  func completions() async throws {
    let searcher = Searcher()
    try await server(searcher).test { client in
      let response = try await client.post(
        "/v1/completions",
        #"""
        {"prompt": ["a", "b"], "use_beam_search": true, "best_of": 4, "n": 2, "max_tokens": 7, "temperature": 0,
          "length_penalty": 0.5, "early_stopping": true}
        """#)
      #expect(response.code == 200, "\(response.text)")
      let choices = try response.json["choices"]?.array ?? []
      #expect(choices.map { $0["text"]?.string } == ["beam 0", "beam 1", "beam 0", "beam 1"])
      #expect(choices.map { $0["finish_reason"]?.string } == ["stop", "length", "stop", "length"])
      #expect(try response.json.at("usage.completion_tokens") == 8)
      #expect(response.header("x-inkstone-warning")?.contains("temperature") == true, "it has no effect")
    }
    let options = BeamOptions(width: 4, lengthPenalty: 0.5, stopping: .firstComplete, maximumTokens: 7)
    #expect(searcher.asked.withLock { $0.map(\.options) } == [options, options])
    #expect(searcher.asked.withLock { $0.map(\.prompt) } == [.text("a"), .text("b")])
  }

  @Test("a conversation is searched as its model's prompt")
  func chat() async throws {
    let searcher = Searcher()
    try await server(searcher).test { client in
      let response = try await client.post(
        "/v1/chat/completions",
        #"{"messages": [{"role": "user", "content": "Hi"}], "num_beams": 3, "max_tokens": 5, "early_stopping": "never"}"#
      )
      #expect(response.code == 200, "\(response.text)")
      #expect(try response.json.at("choices.0.message.content") == "beam 0")
      #expect(try response.json["choices"]?.array?.count == 1)
    }
    #expect(
      searcher.asked.withLock { $0.map(\.options) } == [
        BeamOptions(width: 3, stopping: .exhaustive, maximumTokens: 5)
      ])
  }

  @Test(
    "what a search does not do is refused by name",
    arguments: [
      (#""use_beam_search": true, "stream": true"#, "stream"), (#""use_beam_search": true, "stop": "x""#, "stop"),
      (#""use_beam_search": true, "logprobs": 1"#, "logprobs"), (#""use_beam_search": true, "echo": true"#, "echo"),
      (#""use_beam_search": true, "num_beams": 2, "n": 3"#, "num_beams"),
      (#""use_beam_search": false, "num_beams": 2"#, "use_beam_search"),
      (#""length_penalty": 2"#, "length_penalty"), (#""num_beams": 2, "early_stopping": 3"#, "early_stopping"),
      (#""num_beams": 2, "max_tokens": 0"#, "max_tokens"),
      (#""num_beams": 2, "guided_regex": "a+""#, "response_format"),
    ])
  func refused(fields: String, param: String) async throws {
    try await server(Searcher()).test { client in
      let response = try await client.post("/v1/completions", #"{"prompt": "a", \#(fields)}"#)
      #expect(response.code == 400)
      #expect(try response.json.at("error.param")?.string == param, "\(response.text)")
    }
  }

  @Test("a model that searches no beams says so, and one beam is no search")
  func without() async throws {
    try await server(nil).test { client in
      let response = try await client.post("/v1/completions", #"{"prompt": "a", "use_beam_search": true}"#)
      #expect(response.code == 400)
      #expect(try response.json.at("error.param") == "use_beam_search")
      let plain = try await client.post("/v1/completions", #"{"prompt": "a", "num_beams": 1}"#)
      #expect(try plain.json.at("choices.0.text") == "drawn")
    }
  }
}
