import AsyncHTTPClient
import HTTPTypes
import HummingbirdTesting
import InkChat
import InkRemote
import InkServer
import InkTesting
import Logging
import Testing

@Suite("A gateway before workers and endpoints")
struct GatewayTests {
  private let clock = ContinuousClock()

  /// A server with a chat model, an embedding model and a reranker, that says its name.
  private func worker(_ name: String, models: [String], steps: [ScriptedStep]? = nil) -> TestServer {
    let text = ScriptedTextModel { _, _ in [.text("continued by \(name)"), .finish()] }
    let chat = ScriptedChatModel { messages, _ in
      steps ?? [.text("\(name): "), .text(messages.last?.content.text ?? ""), .finish(prompt: 5, completion: 2)]
    }
    var entries: [(listing: ModelListing, model: ServedModel)] = models.map {
      (.chat($0), ServedModel(chat: chat, text: text, renderer: ScriptedRenderer()))
    }
    let embedder = ScriptedEmbedder(dimension: 2) { text, purpose in [Float(text.count), purpose == .query ? 1 : 0] }
    let vectors = ServedModel(
      embedder: embedder, reranker: ScriptedReranker { document, query in Float(document.count + query.count) })
    entries.append(
      (ModelListing(id: "vectors", created: 1, state: .loaded, abilities: [.embedding, .rerank]), vectors))
    return TestServer(FixedModels(entries))
  }

  private func withClient<Value>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .remoteModels())
    do {
      let value = try await body(client)
      try await client.shutdown()
      return value
    } catch {
      try await client.shutdown()
      throw error
    }
  }

  private func address(of client: any TestClientProtocol) throws -> String {
    "http://127.0.0.1:\(try #require(client.port))"
  }

  private func workers(_ addresses: [String], _ client: HTTPClient) throws -> WorkerModels {
    try WorkerModels(
      GatewayOptions(workers: addresses.map { WorkerSettings(address: $0) }), client: client,
      keys: EndpointKeys(environment: [:]), clock: clock)
  }

  @Test("models of workers, of endpoints and of this process stand in one list and answer through every route")
  func oneList() async throws {
    try await withClient { http in
      try await worker("one", models: ["shared", "only-one"]).test(.live) { one in
        try await worker("two", models: ["shared"]).test(.live) { two in
          let group = try workers([address(of: one), address(of: two)], http)
          await group.check()
          let remote = RemoteModelLoader(client: http, keys: EndpointKeys(environment: ["KEY": "k"]), clock: clock)
          let settings = RemoteModelSettings(
            address: try address(of: two) + "/v1", model: "shared", keyVariable: "KEY", dialect: .inkstone)
          let pool = try ModelPool(
            [
              ModelEntry(name: "hosted", source: .remote(settings)), .local("here"),
            ], loader: ModelLoaders(local: GatedLoader(), remote: remote), created: 1, clock: clock)
          try await TestServer(CombinedModels([pool, group])).test { client in
            let list = try await client.get("/v1/models").json
            #expect(
              list["data"]?.array?.map { $0["id"]?.string } == ["hosted", "here", "shared", "only-one", "vectors"])
            for (model, answer) in [("here", "I am here"), ("only-one", "one: Hi"), ("hosted", "two: Hi")] {
              let response = try await client.post(
                "/v1/chat/completions",
                "{\"model\":\"\(model)\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
              #expect(try response.json.at("choices.0.message.content")?.string == answer)
            }
            var told: Set<String?> = []
            for _ in 0..<4 {
              let response = try await client.post(
                "/v1/chat/completions", #"{"model":"shared","messages":[{"role":"user","content":"Hi"}],"stream":true}"#
              )
              told.insert(try response.events.dropFirst().first?.at("choices.0.delta.content")?.string)
              #expect(response.text.hasSuffix("data: [DONE]\n\n"))
            }
            #expect(told == ["one: ", "two: "])
          }
        }
      }
    }
  }

  @Test("an adapter behind a gateway names the model that it belongs to")
  func parent() async throws {
    try await withClient { http in
      let base = ModelListing.chat("base")
      var adapter = ModelListing.chat("poems")
      adapter.parent = "base"
      let model = ServedModel(chat: ScriptedChatModel("by a worker"))
      try await TestServer(FixedModels([(base, model), (adapter, model)])).test(.live) { worker in
        let group = try workers([address(of: worker)], http)
        await group.check()
        try await TestServer(group).test { client in
          let list = try await client.get("/v1/models").json["data"]?.array
          #expect(list?.map { $0["id"]?.string } == ["base", "poems"])
          #expect(list?.map { $0["parent"]?.string } == [nil, "base"])
        }
      }
    }
  }

  @Test("embeddings, scores, raw text and its probabilities pass through a gateway unchanged")
  func passThrough() async throws {
    try await withClient { http in
      let behind = worker("one", models: ["m"])
      try await behind.test(.live) { one in
        let group = try workers([address(of: one)], http)
        await group.check()
        let requests = [
          ("/v1/embeddings", #"{"model":"vectors","input":["a","bcd"],"input_type":"query"}"#),
          ("/v1/rerank", #"{"model":"vectors","query":"q","documents":["a","bcd"]}"#),
          ("/v1/completions", #"{"model":"m","prompt":"Hi"}"#),
          ("/v1/completions", #"{"model":"m","prompt":"Hi","echo":true,"logprobs":0,"max_tokens":0}"#),
          ("/tokenize", #"{"model":"m","prompt":"Hi"}"#),
          ("/tokenize", #"{"model":"m","prompt":"Hi","add_special_tokens":false}"#),
          ("/detokenize", #"{"model":"m","tokens":[72,105]}"#),
          ("/apply-template", #"{"model":"m","messages":[{"role":"user","content":"Hi"}]}"#),
        ]
        try await TestServer(group).test { client in
          for (path, body) in requests {
            let direct = try await one.post(path, body)
            let through = try await client.post(path, body)
            #expect(direct.status == .ok, "\(path) \(direct.text)")
            #expect(through.status == direct.status, "\(path) \(through.text)")
            for name in ["data", "results", "choices", "tokens", "prompt"] {
              #expect(try through.json[name] == direct.json[name], "\(path) \(name)")
            }
          }
        }
      }
    }
  }

  @Test("a worker's refusal keeps its meaning behind the gateway")
  func refusals() async throws {
    try await withClient { http in
      let failures: [(GenerationError.Code, Int, String)] = [
        (.contextExceeded, 400, "context_length_exceeded"), (.invalidInput, 400, "invalid_value"),
        (.overloaded, 429, "queue_full"), (.modelFailure, 500, ""), (.timedOut, 504, "timeout"),
      ]
      for (code, status, word) in failures {
        let failing = worker(
          "one", models: ["m"],
          steps: [.failure(GenerationError(code: code, context: "test", found: "words of the worker"))])
        try await failing.test(.live) { one in
          let group = try workers([address(of: one)], http)
          await group.check()
          try await TestServer(group).test { client in
            let response = try await client.post(
              "/v1/chat/completions", #"{"model":"m","messages":[{"role":"user","content":"Hi"}]}"#)
            #expect(response.code == status)
            #expect(try response.json.at("error.code")?.string ?? "" == word)
            #expect(try response.json.at("error.message")?.string?.contains("words of the worker") == true)
          }
        }
      }
    }
  }

  @Test("a client that hangs up at the gateway ends the work at the worker")
  func hangUp() async throws {
    let (gone, report) = AsyncStream.makeStream(of: Void.self)
    let chat = ScriptedChatModel(onReaderGone: { report.finish() }) { _, _ in [.text("Hel"), .hold] }
    try await withClient { http in
      try await TestServer(FixedModels([(.chat("m"), ServedModel(chat: chat))])).test(.live) { one in
        let group = try workers([address(of: one)], http)
        await group.check()
        let lease = try await group.lease("m", for: .chat)
        for try await event in try #require(lease.model.chat).stream([.user("Hi")], options: GenerationOptions()) {
          #expect(event == .text("Hel"))
          break
        }
        for await _ in gone {}
        await until { group.workers.map(\.outstanding) == [0] }
      }
    }
  }

  @Test("a worker that is gone takes its models along; a name it had is unknown then")
  func goneWorker() async throws {
    try await withClient { http in
      let group = try await worker("one", models: ["m"]).test(.live) { one in
        let group = try workers([address(of: one)], http)
        await group.check()
        #expect(await group.listings.map(\.id) == ["m", "vectors"])
        return group
      }
      let request: @Sendable () async throws -> Void = {
        let lease = try await group.lease("m", for: .chat)
        _ = try await lease.model.chat?.stream([.user("Hi")], options: GenerationOptions()).collect()
      }
      let first = await #expect(throws: (any Error).self) { try await request() }
      #expect((first as? GenerationError)?.code == .unavailable || (first as? ServerError)?.retryAfter != nil)
      #expect(group.workers.map(\.isHealthy) == [false])
      let second = await #expect(throws: ServerError.self) { try await group.lease("m", for: .chat) }
      #expect(second?.code == "model_not_found")
    }
  }

  @Test("where a worker is stands in the log and in no answer", arguments: [false, true])
  func hiddenAddress(streams: Bool) async throws {
    try await withClient { http in
      let (group, port) = try await worker("one", models: ["m"]).test(.live) { one -> (WorkerModels, Int) in
        let group = try workers([address(of: one)], http)
        await group.check()
        return (group, try #require(one.port))
      }
      let log = RecordingLog()
      var gateway = TestServer(group)
      gateway.logger = log.logger
      try await gateway.test { client in
        let response = try await client.post(
          "/v1/chat/completions",
          #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":\#(streams)}"#,
          headers: [try #require(HTTPField.Name("x-request-id")): "mine-\(streams)"])
        #expect(response.code == 503)
        #expect(response.header("x-request-id") == "mine-\(streams)")
        #expect(try response.json.at("error.code") == "model_unavailable")
        #expect(!response.text.contains("127.0.0.1"))
      }
      let line = try #require(log.lines.first { $0["status"] == "503" })
      #expect(line["request"] == "mine-\(streams)")
      #expect(line["cause"].map { "\($0)".contains("127.0.0.1:\(port)") } == true)
    }
  }

  @Test("where the endpoint of a model is stands in no answer, not even in that of a model that cannot be loaded")
  func hiddenEndpoint() async throws {
    try await withClient { http in
      let port = try await worker("one", models: ["m"]).test(.live) { try #require($0.port) }
      let remote = RemoteModelLoader(client: http, keys: EndpointKeys(environment: [:]), clock: clock)
      let settings = RemoteModelSettings(address: "http://127.0.0.1:\(port)/v1", model: "m", dialect: .inkstone)
      let pool = try ModelPool(
        [ModelEntry(name: "hosted", source: .remote(settings))],
        loader: ModelLoaders(local: GatedLoader(), remote: remote), created: 1, clock: clock)
      try await TestServer(pool).test { client in
        let response = try await client.post(
          "/v1/chat/completions", #"{"model":"hosted","messages":[{"role":"user","content":"Hi"}]}"#)
        #expect(response.code == 503)
        #expect(!response.text.contains("127.0.0.1"))
        #expect(try await client.post("/api/show", #"{"model":"hosted"}"#).text.contains("127.0.0.1") == false)
      }
    }
  }

  @Test("a key that is missing is told by the name of its variable")
  func missingKey() async throws {
    try await withClient { http in
      for keys in [EndpointKeys(environment: [:]), EndpointKeys(environment: ["WORKER_KEY": "a b"])] {
        let error = #expect(throws: ServerError.self) {
          try WorkerModels(
            GatewayOptions(workers: [WorkerSettings(address: "http://x", keyVariable: "WORKER_KEY")]), client: http,
            keys: keys, clock: clock)
        }
        #expect(error?.message.contains("WORKER_KEY") == true)
        #expect(error?.message.contains("a b") == false)
      }
    }
  }
}
