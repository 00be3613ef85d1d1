import InkChat
import InkServer
import Testing

@Suite("The pool of models")
struct ModelPoolTests {
  private func pool(
    _ entries: [ModelEntry], _ loader: GatedLoader, memory: Int? = nil, clock: any Clock<Duration> = ManualClock()
  ) throws -> ModelPool {
    try ModelPool(
      entries, loader: loader,
      limits: ModelPoolLimits(memory: memory, roomPatience: .seconds(30), retryAfter: 7), created: 1000, clock: clock)
  }

  private func answer(_ lease: ModelLease) async throws -> String {
    try await #require(lease.model.chat).stream([.user("?")], options: GenerationOptions()).collect().text
  }

  @Test("a model is loaded on first use, by its name or an alias, and once for many requests at the same time")
  func loadsOnce() async throws {
    let loader = GatedLoader()
    await loader.hold("a")
    let pool = try pool([.local("a", aliases: ["first"]), .local("b")], loader)
    #expect(await pool.listings.map(\.state) == [.unloaded, .unloaded])
    let leases = try await withThrowingTaskGroup(of: ModelLease.self) { group in
      for index in 0..<20 {
        group.addTask { try await pool.lease(index % 2 == 0 ? "a" : "first", for: .chat) }
      }
      await until { await pool.statistics.waitingRequests == 20 }
      #expect(await pool.state(of: "a") == .loading)
      await loader.open("a")
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(leases.count == 20)
    #expect(await loader.loads == ["a"])
    #expect(try await answer(leases[0]) == "I am a")
    #expect(await pool.statistics.leases == 20)
    #expect(await pool.statistics.loads == 1)
    withExtendedLifetime(leases) {}
  }

  @Test("a listing tells what is known before a load, and more behind it")
  func listings() async throws {
    let pool = try pool(
      [.local("a", aliases: ["x"], purposes: [.chat, .embedding])], GatedLoader())
    let before = try #require(await pool.listings.first)
    #expect(before.abilities == [.chat, .completion, .embedding])
    #expect(before.contextLength == nil)
    #expect(before.created == 1000)
    let lease = try await pool.lease("a", for: .tools)
    #expect(lease.listing.abilities == [.chat, .tools, .embedding])
    #expect(lease.listing.contextLength == 512)
    #expect(lease.listing.facts == [ModelListing.Fact("architecture", "scripted")])
    #expect(lease.listing.state == .loaded)
    #expect(lease.listing.aliases == ["x"])
  }

  @Test("without a name, the first model that can do it answers")
  func withoutName() async throws {
    let pool = try pool([.local("e", purposes: [.embedding]), .local("c")], GatedLoader())
    #expect(try await pool.lease(nil, for: .chat).listing.id == "c")
    #expect(try await pool.lease(nil, for: .embedding).listing.id == "e")
    let error = await #expect(throws: ServerError.self) { try await pool.lease(nil, for: .rerank) }
    #expect(error?.kind == .notFound)
  }

  @Test("an unknown name is refused with the names there are, and a model for something else without loading it")
  func refusals() async throws {
    let loader = GatedLoader()
    let pool = try pool([.local("e", purposes: [.embedding]), .local("c")], loader)
    let unknown = await #expect(throws: ServerError.self) { try await pool.lease("z", for: .chat) }
    #expect(unknown?.code == "model_not_found")
    #expect(unknown?.message.contains("e, c") == true)
    let unable = await #expect(throws: ServerError.self) { try await pool.lease("e", for: .chat) }
    #expect(unable?.code == "unsupported_model")
    #expect(await loader.loads.isEmpty)
    // Only the load tells that this chat model takes no pictures; afterwards that is known.
    for _ in 0..<2 {
      let blind = await #expect(throws: ServerError.self) { try await pool.lease("c", for: .vision) }
      #expect(blind?.code == "unsupported_model")
    }
    #expect(await loader.loads == ["c"])
  }

  @Test("a failed load is an error for all who waited, is listed with its reason, and can be tried again")
  func failedLoad() async throws {
    let loader = GatedLoader()
    await loader.hold("a")
    await loader.fail("a", with: ServerError(.server, "The file is damaged."))
    let pool = try pool([.local("a")], loader)
    let failures = await withTaskGroup(of: ServerError?.self) { group in
      for _ in 0..<5 {
        group.addTask {
          do throws(ServerError) {
            _ = try await pool.lease("a", for: .chat)
            return nil
          } catch { return error }
        }
      }
      await until { await pool.statistics.waitingRequests == 5 }
      await loader.open("a")
      return await group.reduce(into: []) { $0.append($1?.message) }
    }
    #expect(failures == Array(repeating: "The file is damaged.", count: 5))
    let listing = try #require(await pool.listings.first)
    #expect(listing.state == .failed)
    #expect(listing.facts == [ModelListing.Fact("failure", "The file is damaged.")])
    #expect(try await pool.lease("a", for: .chat).listing.state == .loaded)
    #expect(await loader.loads == ["a", "a"])
    #expect(await pool.statistics.failures == 1)
  }

  @Test("a request that is cancelled while it waits ends at once, and the load serves the others")
  func cancelledWaiter() async throws {
    let loader = GatedLoader()
    await loader.hold("a")
    let pool = try pool([.local("a")], loader)
    let patient = Task { try await pool.lease("a", for: .chat) }
    let hasty = Task { try await pool.lease("a", for: .chat) }
    await until { await pool.statistics.waitingRequests == 2 }
    hasty.cancel()
    let error = await #expect(throws: ServerError.self) { try await hasty.value }
    #expect(error?.code == "cancelled")
    await loader.open("a")
    #expect(try await patient.value.listing.id == "a")
    await until { await pool.statistics.leases == 1 }
  }

  @Test("the least recently used idle model makes room, never one in use or pinned")
  func leastRecentlyUsed() async throws {
    let loader = GatedLoader(sizes: ["a": 40, "b": 40, "c": 40, "p": 10])
    let pool = try pool(
      [.local("p", residence: .pinned), .local("a"), .local("b"), .local("c")], loader, memory: 100)
    #expect(await pool.preload().isEmpty)
    _ = try await pool.lease("a", for: .chat)
    _ = try await pool.lease("b", for: .chat)
    _ = try await pool.lease("a", for: .chat)
    await until { await pool.statistics.leases == 0 }
    let held = try await pool.lease("c", for: .chat)
    #expect(await loader.closed == ["b"])
    // a is idle, c is in use.
    _ = try await pool.lease("b", for: .chat)
    #expect(await loader.closed == ["b", "a"])
    #expect(await pool.state(of: "p") == .loaded)
    #expect(await pool.state(of: held.listing.id) == .loaded)
    #expect(await pool.statistics.byteCount <= 100)
    #expect(await pool.statistics.departures == [.evicted: 2])
  }

  @Test("models that are loaded at the start make room for others, and for each other")
  func preloaded() async throws {
    let loader = GatedLoader(sizes: ["a": 60, "b": 60, "c": 30])
    let pool = try pool(
      [.local("a", residence: .preloaded), .local("b", residence: .preloaded), .local("c")], loader, memory: 100)
    #expect(await pool.preload().isEmpty)
    #expect(await loader.loads == ["a", "b"])
    #expect(await pool.state(of: "a") == .unloaded)
    _ = try await pool.lease("c", for: .chat)
    #expect(await pool.state(of: "b") == .loaded)
    await until { await pool.statistics.leases == 0 }
    _ = try await pool.lease("a", for: .chat)
    #expect(await pool.state(of: "b") == .unloaded)
    #expect(await pool.statistics.byteCount <= 100)
  }

  @Test("when all are in use a request waits until one is idle")
  func waitsForRoom() async throws {
    let loader = GatedLoader(sizes: ["a": 60, "b": 60])
    let clock = ManualClock()
    let pool = try pool([.local("a"), .local("b")], loader, memory: 100, clock: clock)
    var lease: ModelLease? = try await pool.lease("a", for: .chat)
    #expect(lease != nil)
    let waiting = Task { try await pool.lease("b", for: .chat) }
    await clock.untilSleeping(1)
    #expect(await loader.loads == ["a"])
    lease = nil
    #expect(try await waiting.value.listing.id == "b")
    #expect(await pool.state(of: "a") == .unloaded)
    #expect(await pool.statistics.byteCount == 60)
  }

  @Test("a request that finds no room in time is told when to ask again, and the running one is unharmed")
  func noRoomInTime() async throws {
    let loader = GatedLoader(sizes: ["a": 60, "b": 60])
    let clock = ManualClock()
    let pool = try pool([.local("a"), .local("b")], loader, memory: 100, clock: clock)
    let lease = try await pool.lease("a", for: .chat)
    let waiting = Task { try await pool.lease("b", for: .chat) }
    await clock.untilSleeping(1)
    clock.advance(by: .seconds(30))
    let error = await #expect(throws: ServerError.self) { try await waiting.value }
    #expect(error?.kind == .unavailable(retryAfter: 7))
    #expect(try await answer(lease) == "I am a")
    #expect(await pool.state(of: "a") == .loaded)
  }

  @Test("a model larger than the limit, or than what pinned models leave of it, is refused at once")
  func tooLarge() async throws {
    let loader = GatedLoader(sizes: ["huge": 101, "p": 60, "b": 50])
    let pool = try pool([.local("p", residence: .pinned), .local("huge"), .local("b")], loader, memory: 100)
    await pool.preload()
    for name in ["huge", "b"] {
      let error = await #expect(throws: ServerError.self) { try await pool.lease(name, for: .chat) }
      #expect(error?.code == "model_too_large")
    }
    #expect(await pool.state(of: "p") == .loaded)
  }

  @Test("a model leaves when nobody used it for its time, counted from its last use")
  func idleLimit() async throws {
    let loader = GatedLoader()
    let clock = ManualClock()
    let pool = try pool(
      [.local("a", residence: .whileUsed(idleLimit: .seconds(60)))], loader, clock: clock)
    do { _ = try await pool.lease("a", for: .chat) }
    await clock.untilSleeping(1)
    clock.advance(by: .seconds(59))
    do { _ = try await pool.lease("a", for: .chat) }
    await until { await pool.statistics.leases == 0 }
    await clock.untilSleeping(1)
    clock.advance(by: .seconds(59))
    #expect(await pool.state(of: "a") == .loaded)
    clock.advance(by: .seconds(1))
    await until { await pool.state(of: "a") == .unloaded }
    await until { await loader.closed == ["a"] }
    #expect(await pool.statistics.departures == [.idle: 1])
  }

  @Test("looking at what is loaded loads nothing and keeps nothing")
  func looking() async throws {
    let loader = GatedLoader(sizes: ["a": 60, "b": 60])
    let pool = try pool([.local("a"), .local("b")], loader, memory: 100)
    #expect(await pool.loaded.isEmpty)
    try await pool.load("a")
    await until { await pool.statistics.leases == 0 }
    let seen = await pool.loaded
    #expect(seen.map(\.listing.id) == ["a"])
    #expect(seen.map(\.model.byteCount) == [60])
    try await pool.load("b")
    #expect(await pool.state(of: "a") == .unloaded)
    #expect(seen.count == 1)
  }

  @Test("an explicit load and unload work; a running request finishes on the unloaded model")
  func explicit() async throws {
    let loader = GatedLoader()
    let pool = try pool([.local("a")], loader)
    #expect(try await pool.unload("a") == .nothingLoaded)
    try await pool.load("a")
    #expect(await pool.state(of: "a") == .loaded)
    var lease: ModelLease? = try await pool.lease("a", for: .chat)
    // The lease of `load` itself ends a moment later.
    await until { await pool.statistics.leases == 1 }
    #expect(try await pool.unload("a") == .afterRunning(requests: 1))
    #expect(await pool.state(of: "a") == .unloaded)
    #expect(await loader.closed.isEmpty)
    #expect(try await answer(#require(lease)) == "I am a")
    let second = try await pool.lease("a", for: .chat)
    #expect(await pool.statistics.byteCount == 20)
    lease = nil
    await until { await loader.closed == ["a"] }
    await until { await pool.statistics.byteCount == 10 }
    #expect(try await answer(second) == "I am a")
    await #expect(throws: ServerError.self) { try await pool.unload("z") }
  }

  @Test("unloading a model that is being loaded fails those who wait, and what comes of the load is put away")
  func unloadWhileLoading() async throws {
    let loader = GatedLoader()
    await loader.hold("a")
    let pool = try pool([.local("a")], loader)
    let waiting = Task { try await pool.lease("a", for: .chat) }
    await until { await loader.loads == ["a"] }
    #expect(try await pool.unload("a") == .done)
    let error = await #expect(throws: ServerError.self) { try await waiting.value }
    #expect(error?.retryAfter == 7)
    await loader.open("a")
    await until { await loader.closed == ["a"] }
    await until { await pool.statistics.byteCount == 0 }
    #expect(await pool.state(of: "a") == .unloaded)
  }

  @Test("names that stand for two models and entries for nothing are refused")
  func names() throws {
    let bad: [[ModelEntry]] = [
      [.local("a"), .local("a")], [.local("a", aliases: ["b"]), .local("b")], [.local("a", aliases: ["a"])],
      [.local("a", purposes: [])], [.local("")],
    ]
    for entries in bad {
      let error = #expect(throws: ServerError.self) {
        try ModelPool(entries, loader: GatedLoader(), created: 0, clock: ManualClock())
      }
      #expect(error?.kind == .invalidRequest)
    }
  }

  @Test("events tell loads, failures and departures in order")
  func events() async throws {
    let loader = GatedLoader(sizes: ["a": 60, "b": 60])
    await loader.fail("a", with: ServerError(.server, "no"))
    let pool = try pool([.local("a"), .local("b")], loader, memory: 100)
    var events = await pool.events().makeAsyncIterator()
    await #expect(throws: ServerError.self) { try await pool.load("a") }
    try await pool.load("a")
    await until { await pool.statistics.leases == 0 }
    try await pool.load("b")
    var told: [ModelPoolEvent] = []
    while told.count < 8, let event = await events.next() { told.append(event) }
    #expect(
      told == [
        ModelPoolEvent(name: "a", change: .loading),
        ModelPoolEvent(name: "a", change: .failed(ServerError(.server, "no"))),
        ModelPoolEvent(name: "a", change: .loading),
        ModelPoolEvent(name: "a", change: .loaded(duration: .zero, byteCount: 60)),
        ModelPoolEvent(name: "b", change: .loading),
        ModelPoolEvent(name: "a", change: .leaving(.evicted)),
        ModelPoolEvent(name: "a", change: .unloaded),
        ModelPoolEvent(name: "b", change: .loaded(duration: .zero, byteCount: 60)),
      ])
  }

  @Test("many clients of many models under a small limit all get the model they asked for")
  func crowd() async throws {
    let names = (0..<6).map { "m\($0)" }
    let loader = GatedLoader(sizes: Dictionary(uniqueKeysWithValues: names.map { ($0, 30) }))
    let pool = try pool(names.map { .local($0) }, loader, memory: 70)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<24 {
        group.addTask {
          for turn in 0..<10 {
            let name = names[(client * 7 + turn * 5) % names.count]
            let lease = try await pool.lease(name, for: .chat)
            let text = try await #require(lease.model.chat).stream([.user("?")], options: GenerationOptions()).collect()
            #expect(text.text == "I am \(name)")
            #expect(await pool.statistics.byteCount <= 70)
          }
        }
      }
      try await group.waitForAll()
    }
    await until { await pool.statistics.leases == 0 }
    #expect(await pool.statistics.waitingRequests == 0)
  }
}
