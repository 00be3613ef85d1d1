import InkChat
import InkServer
import Testing

@Suite("New entries for a pool that runs")
struct ModelPoolConfigurationTests {
  private func pool(_ entries: [ModelEntry], _ loader: GatedLoader) throws -> ModelPool {
    try ModelPool(entries, loader: loader, created: 1, clock: ManualClock())
  }

  private func answer(_ lease: ModelLease) async throws -> String {
    try await #require(lease.model.chat).stream([.user("?")], options: GenerationOptions()).collect().text
  }

  @Test("an entry that only changes names, residence or defaults keeps its model")
  func keepsModel() async throws {
    let loader = GatedLoader()
    let pool = try pool([.local("a"), .local("b")], loader)
    try await pool.load("a")
    let defaults = RequestDefaults(temperature: 0.5, systemMessage: "Be brief.")
    try await pool.configure(
      [.local("b"), .local("a", aliases: ["z"], residence: .pinned, defaults: defaults)], limits: ModelPoolLimits(),
      created: 2)
    #expect(await pool.listings.map(\.id) == ["b", "a"])
    let lease = try await pool.lease("z", for: .chat)
    #expect(lease.listing.created == 1)
    #expect(lease.model.defaults == defaults)
    #expect(await loader.loads == ["a"])
  }

  @Test("a changed entry loads anew while a running request finishes on the old model")
  func changedEntry() async throws {
    let loader = GatedLoader()
    let pool = try pool([.local("a", reference: "old")], loader)
    var old: ModelLease? = try await pool.lease("a", for: .chat)
    try await pool.configure([.local("a", reference: "new")], limits: ModelPoolLimits(), created: 2)
    #expect(await pool.state(of: "a") == .unloaded)
    let new = try await pool.lease("a", for: .chat)
    #expect(try await answer(new) == "I am new")
    #expect(try await answer(#require(old)) == "I am old")
    #expect(await loader.closed.isEmpty)
    old = nil
    await until { await loader.closed == ["a"] }
    #expect(await pool.statistics.departures == [.reconfigured: 1])
  }

  @Test("an entry that only changes its adapters goes on with the weights that are there")
  func adapters() async throws {
    let loader = GatedLoader(sizes: ["a": 60])
    await loader.adapt(.done)
    let before = [AdapterSource(name: "poems", path: "p1"), AdapterSource(name: "law", path: "l")]
    let after = [AdapterSource(name: "poems", path: "p2"), AdapterSource(name: "code", path: "c")]
    let limits = ModelPoolLimits(memory: 100)
    let pool = try ModelPool(
      [.local("a", adapters: before)], loader: loader, limits: limits, created: 1, clock: ManualClock())
    var old: ModelLease? = try await pool.lease("poems", for: .chat)
    try await pool.configure([.local("a", adapters: after)], limits: limits, created: 2)
    // Twice the weights would not fit beside the request that still runs.
    #expect(try await answer(pool.lease("poems", for: .chat)) == "I am p2 over a")
    #expect(try await answer(pool.lease("code", for: .chat)) == "I am c over a")
    #expect(try await answer(pool.lease("a", for: .chat)) == "I am a")
    await #expect(throws: ServerError.self) { try await pool.lease("law", for: .chat) }
    #expect(try await answer(#require(old)) == "I am p1 over a")
    #expect(await loader.loads == ["a"])
    #expect(await loader.adaptations == [["code", "poems"]])
    #expect(await pool.statistics.byteCount == 60)
    old = nil
    await until { await loader.closed == ["a"] }
    #expect(await pool.statistics.byteCount == 60)
  }

  @Test(
    "adapters that need other weights, or cannot be read, do not bring the old ones back", arguments: [true, false])
  func adaptersAnew(readable: Bool) async throws {
    let loader = GatedLoader()
    await loader.adapt(readable ? .refused : .failed(ServerError(.server, "no such folder")))
    let pool = try pool([.local("a", adapters: [AdapterSource(name: "poems", path: "p1")])], loader)
    try await pool.load("a")
    try await pool.configure(
      [.local("a", adapters: [AdapterSource(name: "poems", path: "p2")])], limits: ModelPoolLimits(), created: 2)
    if readable {
      #expect(try await answer(pool.lease("poems", for: .chat)) == "I am p2 over a")
      #expect(await loader.loads == ["a", "a"])
    } else {
      await until { await pool.state(of: "a") == .failed }
      #expect(await pool.listings.first?.facts.contains { $0.value == "no such folder" } == true)
    }
  }

  @Test("a removed entry is unknown at once and put away behind its last request; an added one can be used")
  func removedAndAdded() async throws {
    let loader = GatedLoader()
    let pool = try pool([.local("a"), .local("b")], loader)
    var lease: ModelLease? = try await pool.lease("a", for: .chat)
    try await pool.load("b")
    await until { await pool.statistics.leases == 1 }
    try await pool.configure([.local("c")], limits: ModelPoolLimits(), created: 2)
    await until { await loader.closed == ["b"] }
    let error = await #expect(throws: ServerError.self) { try await pool.lease("a", for: .chat) }
    #expect(error?.code == "model_not_found")
    #expect(try await answer(#require(lease)) == "I am a")
    #expect(try await pool.lease("c", for: .chat).listing.created == 2)
    lease = nil
    await until { await loader.closed == ["b", "a"] }
  }

  @Test("requests that wait for an entry get the new model when it changes, and an error when it is removed")
  func waitersMove() async throws {
    let loader = GatedLoader()
    await loader.hold("a")
    await loader.hold("b")
    let pool = try pool([.local("a", reference: "old"), .local("b")], loader)
    let stays = Task { try await pool.lease("a", for: .chat) }
    let goes = Task { try await pool.lease("b", for: .chat) }
    await until { await loader.loads.count == 2 }
    try await pool.configure([.local("a", reference: "new")], limits: ModelPoolLimits(), created: 2)
    let error = await #expect(throws: ServerError.self) { try await goes.value }
    #expect(error?.code == "model_not_found")
    await loader.open("a")
    await loader.open("b")
    #expect(try await answer(stays.value) == "I am new")
    await until { await Set(loader.closed) == ["a", "b"] }
    #expect(await pool.statistics.loads == 1)
  }

  @Test("entries that are refused change nothing")
  func refusedEntries() async throws {
    let pool = try pool([.local("a")], GatedLoader())
    await #expect(throws: ServerError.self) {
      try await pool.configure([.local("b"), .local("b")], limits: ModelPoolLimits(), created: 2)
    }
    #expect(await pool.listings.map(\.id) == ["a"])
    #expect(try await pool.lease("a", for: .chat).listing.id == "a")
  }

  @Test("a new memory limit counts from the next load on")
  func newLimit() async throws {
    let loader = GatedLoader(sizes: ["a": 60, "b": 60])
    let pool = try pool([.local("a"), .local("b")], loader)
    try await pool.load("a")
    await until { await pool.statistics.leases == 0 }
    try await pool.configure([.local("a"), .local("b")], limits: ModelPoolLimits(memory: 100), created: 2)
    try await pool.load("b")
    #expect(await pool.state(of: "a") == .unloaded)
  }
}
