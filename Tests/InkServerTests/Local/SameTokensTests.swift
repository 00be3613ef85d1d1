import AsyncHTTPClient
import Foundation
import HummingbirdTesting
import InkChat
import InkInference
import InkServer
import InkTensor
import NIOCore
import NIOHTTP1
import Testing

/// Law 2 under load: what a request gets does not depend on the others, on what is cached, or on the door.
@Suite("Same tokens through every door")
struct SameTokensTests {
  @Test(
    "32 mixed clients at once get over HTTP what each gets alone without a server",
    .enabled(if: LocalTestModel.path != nil, "SmolLM2 is not fetched: inkstone pull smollm2-135m"))
  func mixedClients() async throws {
    let model = try LanguageModel.load(
      gguf: try #require(LocalTestModel.path), name: "smollm2", cpu: CPU(threads: ThreadPool.processorCount))
    let requests = (0..<32).map { MixedRequest($0) }
    var alone: [String] = []
    for request in requests {
      // An engine of its own: nobody beside, nothing cached.
      let chat = LocalChatModel(model, settings: EngineSettings(parallel: 1))
      alone.append(try await chat.stream(request.messages, options: request.options).collect().text)
    }
    let expected = alone
    let served = LocalChatModel(model, settings: EngineSettings(parallel: 8, stepTokens: 96))
    let listing = ModelListing(
      id: "smollm2", created: 0, state: .loaded, abilities: [.chat, .completion],
      contextLength: served.contextLength)
    try await TestServer(FixedModels([(listing, ServedModel(served, byteCount: 0))])).test(.live) { client in
      // The test's own client has one connection: these are to be many.
      let address = "http://127.0.0.1:\(try #require(client.port))/v1/chat/completions"
      for round in ["first", "cached"] {
        let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
          for (index, request) in requests.enumerated() {
            group.addTask { (index, try await request.text(from: address)) }
          }
          var answers = [String](repeating: "", count: requests.count)
          for try await (index, text) in group { answers[index] = text }
          return answers
        }
        #expect(answers == expected, "\(round)")
      }
    }
    let statistics = await served.statistics
    #expect(statistics.cachedPromptTokens > 0 && statistics.requestsInSteps > statistics.steps)
  }
}

/// The model of tests that need a real one.
enum LocalTestModel {
  /// `INKSTONE_TEST_MODEL`, or where `inkstone pull smollm2-135m` puts it; nil when not fetched.
  static let path: String? = {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? "/root"
    let cache = environment["INKSTONE_CACHE"] ?? (environment["XDG_CACHE_HOME"] ?? "\(home)/.cache") + "/inkstone"
    let places = [
      environment["INKSTONE_TEST_MODEL"], cache + "/models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf",
    ]
    return places.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }()
}

/// One of many requests that differ in length, in how they begin, and in how tokens are chosen.
private struct MixedRequest: Sendable {
  let question: String
  let temperature: Double
  let seed: Int
  let tokens: Int
  let streams: Bool

  init(_ index: Int) {
    let subjects = ["rivers", "the moon", "bread", "砚台", "a long journey by train", "zero", "music", "glass"]
    let length = String(repeating: "Please think of every detail. ", count: index % 7)
    question = "\(length)Tell me about \(subjects[index % subjects.count])."
    temperature = index % 3 == 0 ? 0 : 0.9
    seed = index
    tokens = 8 + index % 17
    streams = index % 2 == 0
  }

  var messages: [Message] { [.user(question)] }

  var options: GenerationOptions {
    GenerationOptions(
      sampling: SamplingParameters(temperature: Float(temperature), topP: 0.95, seed: UInt64(seed)),
      maximumTokens: tokens)
  }

  func text(from address: String) async throws -> String {
    let body: JSONValue = [
      "model": "smollm2", "messages": [["role": "user", "content": .string(question)]],
      "temperature": .number(temperature), "top_p": 0.95, "seed": .integer(Int64(seed)),
      "max_tokens": .integer(Int64(tokens)), "stream": .boolean(streams),
    ]
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: body.text))
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
    let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
    #expect(response.status == .ok, "\(text)")
    guard streams else {
      return try JSONValue(parsing: text)["choices"]?.first?["message"]?["content"]?.string ?? ""
    }
    return try text.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: {") }
      .map { try JSONValue(parsing: String($0.dropFirst("data: ".count))) }
      .map { $0["choices"]?.first?["delta"]?["content"]?.string ?? "" }.joined()
  }
}

extension JSONValue {
  fileprivate var first: JSONValue? {
    guard case .array(let elements) = self else { return nil }
    return elements.first
  }
}
