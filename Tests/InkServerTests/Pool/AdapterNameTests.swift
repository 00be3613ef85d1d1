import InkChat
import InkServer
import Testing

@Suite("Adapters as models of a pool")
struct AdapterNameTests {
  private static let poems = AdapterSource(name: "poems", path: "p")
  private static let code = AdapterSource(name: "code", path: "c")

  private func pool(_ entries: [ModelEntry], _ loader: GatedLoader = GatedLoader()) throws -> ModelPool {
    try ModelPool(entries, loader: loader, created: 1, clock: ManualClock())
  }

  private func answer(_ pool: ModelPool, _ name: String) async throws -> String {
    let lease = try await pool.lease(name, for: .chat)
    return try await #require(lease.model.chat).stream([.user("?")], options: GenerationOptions()).collect().text
  }

  @Test("adapters stand behind their model in the list, with its name as their parent and what it can do")
  func listings() async throws {
    let pool = try pool([.local("a", aliases: ["z"], adapters: [Self.poems, Self.code]), .local("b")])
    try await pool.load("a")
    let listings = await pool.listings
    #expect(listings.map(\.id) == ["a", "poems", "code", "b"])
    #expect(listings.map(\.parent) == [nil, "a", "a", nil])
    #expect(listings[1].aliases.isEmpty && listings[1].abilities == listings[0].abilities)
    try await TestServer(pool).test { client in
      let (adapter, model) = (try await client.get("/v1/models/poems"), try await client.get("/v1/models/a"))
      #expect(try adapter.json["parent"] == "a")
      #expect(try model.json["parent"] == nil)
      let all = try await client.get("/v1/models")
      #expect(try all.json.at("data.2.id") == "code")
    }
  }

  @Test("a request that names an adapter is answered with it, over one load of the model")
  func leases() async throws {
    let loader = GatedLoader()
    let pool = try pool([.local("a", reference: "r", adapters: [Self.poems, Self.code])], loader)
    #expect(try await answer(pool, "poems") == "I am p over r")
    #expect(try await answer(pool, "code") == "I am c over r")
    #expect(try await answer(pool, "a") == "I am r")
    #expect(await loader.loads == ["a"])
    let lease = try await pool.lease("code", for: .chat)
    #expect(lease.listing.id == "code" && lease.listing.parent == "a")
    #expect(await pool.loaded.map(\.listing.id) == ["a"])
  }

  @Test(
    "every route answers by the adapter's name, and an unknown one is a 404 in OpenAI's shape",
    arguments: [
      ("/v1/chat/completions", #""messages": [{"role": "user", "content": "?"}]"#),
      ("/v1/messages", #""max_tokens": 9, "messages": [{"role": "user", "content": "?"}]"#),
      ("/v1/responses", #""input": "?""#),
      ("/api/chat", #""stream": false, "messages": [{"role": "user", "content": "?"}]"#),
    ])
  func routes(path: String, rest: String) async throws {
    let pool = try pool([.local("a", reference: "r", adapters: [Self.poems])])
    try await TestServer(pool).test { client in
      let answer = try await client.post(path, #"{"model": "poems", \#(rest)}"#)
      #expect(answer.code == 200 && answer.text.contains("I am p over r"), "\(answer.text)")
      #expect(try answer.json["model"] == "poems")
      let unknown = try await client.post(path, #"{"model": "prose", \#(rest)}"#)
      #expect(unknown.code == 404)
      #expect(unknown.text.contains("poems"), "the message tells what there is")
      if path == "/v1/chat/completions" { #expect(try unknown.json.at("error.code") == "model_not_found") }
    }
  }

  @Test("other adapters load the model anew, and an adapter that is gone is unknown")
  func reconfigured() async throws {
    let loader = GatedLoader()
    let pool = try pool([.local("a", adapters: [Self.poems])], loader)
    try await pool.load("a")
    try await pool.configure([.local("a", adapters: [Self.code])], limits: ModelPoolLimits(), created: 2)
    #expect(try await answer(pool, "code") == "I am c over a")
    let error = await #expect(throws: ServerError.self) { try await pool.lease("poems", for: .chat) }
    #expect(error?.code == "model_not_found")
    #expect(await loader.loads == ["a", "a"])
  }

  @Test("a request that waits for an adapter that is taken away is told so")
  func takenAway() async throws {
    let loader = GatedLoader()
    await loader.hold("a")
    let pool = try pool([.local("a", adapters: [Self.poems])], loader)
    let waiting = Task { try await pool.lease("poems", for: .chat) }
    await until { await pool.statistics.waitingRequests == 1 }
    try await pool.configure([.local("a", adapters: [Self.code])], limits: ModelPoolLimits(), created: 2)
    await loader.open("a")
    let error = await #expect(throws: ServerError.self) { try await waiting.value }
    #expect(error?.code == "model_not_found")
  }

  @Test("a name is for one model or adapter")
  func unique() throws {
    #expect(throws: ServerError.self) { try pool([.local("poems"), .local("a", adapters: [Self.poems])]) }
    #expect(throws: ServerError.self) { try pool([.local("a", adapters: [Self.poems, Self.poems])]) }
  }
}
