import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("POST /v1/completions")
struct CompletionsTests {
  /// Continues with "h" and "i", whose probabilities follow the script's rule.
  private static func server(_ pieces: [String] = ["h", "i"]) -> TestServer {
    let model = ScriptedTextModel { prompt, options in
      let length: Int
      switch prompt {
      case .text(let text): length = text.utf8.count + 1
      case .tokens(let tokens): length = tokens.count
      }
      var steps: [ScriptedStep] = []
      for piece in pieces {
        let token = Int32(piece.utf8.first ?? 0)
        if case .logProbabilities(let count) = options.tokenDetail {
          steps.append(.event(.token(ScriptedTextModel.detail(of: token, alternatives: count))))
        }
        steps.append(.text(piece))
      }
      return steps + [.finish(.length, prompt: length, completion: pieces.count)]
    }
    return TestServer(FixedModels([(.chat("m"), ServedModel(text: model))]))
  }

  @Test("an answer in one piece has the shape of OpenAI's")
  func whole() async throws {
    let json = try await Self.server().test { try await $0.post("/v1/completions", #"{"prompt":"ab"}"#).json }
    #expect(json["object"] == "text_completion")
    #expect(json["id"]?.string?.hasPrefix("cmpl-") == true)
    #expect(json["choices"] == [["index": 0, "text": "hi", "logprobs": nil, "finish_reason": "length"]])
    #expect(json.at("usage.prompt_tokens") == 3)
    #expect(json.at("usage.completion_tokens") == 2)
  }

  @Test("a prompt is counted also where no token is asked for", arguments: [false, true])
  func onlyPrompt(streams: Bool) async throws {
    let body =
      #"{"prompt":"ab","max_tokens":0,"stream":\#(streams)\#(streams ? #","stream_options":{"include_usage":true}"# : "")}"#
    let response = try await Self.server().test { try await $0.post("/v1/completions", body) }
    let usage = streams ? try response.events.last?["usage"] : try response.json["usage"]
    #expect(usage?["prompt_tokens"] == 3)
    #expect(usage?["completion_tokens"] == 0)
  }

  @Test("echo with logprobs tells each token of the prompt after those before it, and nothing of the first")
  func echo() async throws {
    // As lm-evaluation-harness asks for the likelihood of a text: no token, or one that it throws away.
    for maximum in [0, 1] {
      let json = try await Self.server(["h"]).test { client in
        try await client.post(
          "/v1/completions", #"{"prompt":[97,98],"echo":true,"logprobs":1,"max_tokens":\#(maximum),"temperature":0}"#
        ).json
      }
      let choice = try #require(json.at("choices.0"))
      #expect(choice["text"] == (maximum == 0 ? "ab" : "abh"))
      // a = 97 = 6 (mod 7), b = 98 = 0, h = 104 = 6; the best token of all is b.
      var probabilities: [JSONValue] = [nil, -0.25]
      var tokens: [JSONValue] = ["a", "b"]
      var alternatives: [JSONValue] = [nil, ["b": -0.25]]
      var offsets: [JSONValue] = [0, 1]
      if maximum == 1 {
        probabilities.append(-1.75)
        tokens.append("h")
        alternatives.append(["b": -0.25, "h": -1.75])
        offsets.append(2)
      }
      #expect(
        choice["logprobs"]
          == [
            "tokens": .array(tokens), "token_logprobs": .array(probabilities), "top_logprobs": .array(alternatives),
            "text_offset": .array(offsets),
          ])
      #expect(json.at("usage.prompt_tokens") == 2)
      #expect(json.at("usage.completion_tokens") == .integer(Int64(maximum)))
    }
  }

  @Test(
    "all kinds of prompts are taken, and their answers are numbered in order",
    arguments: [
      (#""ab""#, ["ab"]), (#"["ab","c"]"#, ["ab", "c"]), ("[97,98]", ["ab"]), ("[[97],[98,99]]", ["a", "bc"]),
    ])
  func prompts(prompt: String, texts: [String]) async throws {
    let json = try await Self.server().test {
      try await $0.post("/v1/completions", #"{"prompt":\#(prompt),"echo":true,"n":2}"#).json
    }
    let choices = try #require(json["choices"]?.array)
    #expect(choices.compactMap { $0["text"]?.string } == texts.flatMap { [$0 + "hi", $0 + "hi"] })
    #expect(choices.map { $0["index"] } == (0..<choices.count).map { .integer(Int64($0)) })
  }

  @Test(
    "a prompt that is none is refused",
    arguments: ["5", "{}", "[]", "[[]]", "[-1]", "[1.5]", "[\"a\",1]", "[1,\"a\"]", "[99999999999]", "[null]"])
  func noPrompt(prompt: String) async throws {
    let response = try await Self.server().test { try await $0.post("/v1/completions", #"{"prompt":\#(prompt)}"#) }
    #expect(response.code == 400)
    #expect(try response.json.at("error.param") == "prompt")
  }

  @Test("of several candidates the most probable are returned, best first")
  func bestOf() async throws {
    let model = ScriptedTextModel { _, options in
      let seed = Int32(options.sampling.seed ?? 0)
      // Seeds 0, 1, 2 draw the bytes a, b, c, of which b is the most probable and then c.
      let token = 97 + seed
      return [
        .event(.token(ScriptedTextModel.detail(of: token, alternatives: 0))),
        .text(String(decoding: [UInt8(token)], as: UTF8.self)), .finish(prompt: 1, completion: 1),
      ]
    }
    let json = try await TestServer(FixedModels([(.chat("m"), ServedModel(text: model))])).test {
      try await $0.post("/v1/completions", #"{"prompt":"x","n":2,"best_of":3,"seed":0}"#).json
    }
    #expect(json["choices"]?.array?.compactMap { $0["text"]?.string } == ["b", "c"])
    #expect(json.at("choices.0.logprobs") == .null)
    #expect(json.at("usage.completion_tokens") == 3)
  }

  @Test("a stream tells prompt, text and reason, with the probabilities of each piece")
  func stream() async throws {
    let response = try await Self.server().test {
      try await $0.post(
        "/v1/completions",
        #"{"prompt":"ab","stream":true,"echo":true,"logprobs":0,"stream_options":{"include_usage":true}}"#)
    }
    let events = try response.events
    let choices = events.compactMap { $0.at("choices.0") }
    #expect(choices.compactMap { $0["text"]?.string } == ["ab", "h", "i", ""])
    #expect(choices.last?["finish_reason"] == "length")
    #expect(choices[0].at("logprobs.tokens")?.array?.count == 3)
    #expect(choices[1].at("logprobs.text_offset") == [2])
    #expect(choices[2].at("logprobs.text_offset") == [3])
    #expect(events.last?.at("usage.completion_tokens") == 2)
    #expect(response.text.hasSuffix("data: [DONE]\n\n"))
  }

  @Test(
    "what cannot be done is refused by name",
    arguments: [
      ("suffix", #""suffix":"x""#), ("best_of", #""n":3,"best_of":2"#), ("best_of", #""best_of":2,"stream":true"#),
      ("logprobs", #""logprobs":true"#), ("n", #""n":1000"#), ("max_tokens", #""max_tokens":-1"#),
    ])
  func refused(param: String, field: String) async throws {
    let response = try await Self.server().test { try await $0.post("/v1/completions", #"{"prompt":"x",\#(field)}"#) }
    #expect(response.code == 400)
    #expect(try response.json.at("error.param")?.string == param)
  }
}
