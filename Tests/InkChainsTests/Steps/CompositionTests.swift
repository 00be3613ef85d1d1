import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct CompositionTests {
  @Test("parallel branches make a typed tuple, and their events have the same places in every run")
  func parallel() async throws {
    let both = Parallel(
      Chain { Transform("length") { (text: String) in text.count } },
      Chain { Transform("upper") { (text: String) in text.uppercased() } })
    let chain = Chain {
      both
      Transform("join") { (pair: (Int, String)) in "\(pair.1) \(pair.0)" }
    }
    let log = EventLog()
    #expect(try await chain("abc", settings: RunSettings(observers: [log])) == "ABC 3")
    let starts = log.all.filter { if case .started = $0.happening { true } else { false } }
    #expect(
      Set(starts.map { "\($0.position) \($0.step)" }) == [
        "[0] Parallel", "[0, 0] branch 0", "[0, 0, 0] length", "[0, 1] branch 1", "[0, 1, 0] upper", "[1] join",
      ])
  }

  @Test("a failing branch cancels the others, and its own error is the one that is told")
  func failingBranch() async throws {
    let both = Parallel(
      Chain {
        Transform("hangs") { (text: String) throws(ChainError) -> Int in
          while !Task.isCancelled { await Task.yield() }
          throw ChainError(.cancelled, context: "hangs")
        }
      },
      Chain { Transform("fails") { (text: String) throws(ChainError) -> Int in throw ChainError(.tool, context: "b") } }
    )
    await #expect(throws: ChainError(.tool, context: "b")) { try await both("x") }
  }

  @Test("named branches make a dictionary")
  func named() async throws {
    let views = ParallelNamed<String, Int>([
      "characters": Chain { Transform("c") { (text: String) in text.count } },
      "bytes": Chain { Transform("b") { (text: String) in text.utf8.count } },
    ])
    #expect(try await views("砚台") == ["characters": 2, "bytes": 6])
  }

  enum Language { case chinese, english }

  @Test("a router goes the way that the choice names", arguments: [("你好", "zh"), ("hello", "en")])
  func route(input: String, expected: String) async throws {
    let route = Route(choose: { (text: String) in text.utf8.count > text.count ? Language.chinese : .english }) {
      switch $0 {
      case .chinese: Chain { Transform("zh") { (_: String) in "zh" } }
      case .english: Chain { Transform("en") { (_: String) in "en" } }
      }
    }
    #expect(try await route(input) == expected)
  }

  @Test("a map keeps order and holds its limit")
  func map() async throws {
    let counter = Counter()
    let step = MapEach(
      concurrency: 2,
      Transform("square") { (number: Int) in
        counter.enter()
        for _ in 0..<20 { await Task.yield() }
        counter.leave()
        return number * number
      })
    #expect(try await step([1, 2, 3, 4, 5]) == [1, 4, 9, 16, 25])
    #expect(counter.most <= 2)
    await #expect(throws: ChainError.self) {
      try await MapEach(concurrency: 0, Transform("x") { (number: Int) in number })([1])
    }
  }

  @Test("a retry waits longer each time and gives up when its attempts are used")
  func retry() async throws {
    let counter = Counter()
    let failing = Transform("busy") { (text: String) throws(ChainError) -> String in
      counter.enter()
      throw ChainError(.unavailable, context: "busy")
    }
    let clock = ManualClock()
    let step = failing.retrying(RetryPolicy(attempts: 4, firstDelay: .seconds(1), longestDelay: .seconds(3)))
    await #expect(throws: ChainError(.unavailable, context: "busy")) {
      try await step("x", settings: RunSettings(clock: ChainClock(clock)))
    }
    #expect(counter.total == 4)
    #expect(clock.sleeps == [.seconds(1), .seconds(2), .seconds(3)])
  }

  @Test("a retry begins no attempt behind its time, and none for what time cannot cure")
  func retryLimits() async throws {
    let counter = Counter()
    let clock = ManualClock()
    let busy = Transform("busy") { (code: ChainError.Code) throws(ChainError) -> String in
      counter.enter()
      throw ChainError(code, context: "busy")
    }
    let step = busy.retrying(
      RetryPolicy(attempts: 100, firstDelay: .seconds(4), factor: 1, longestTotal: .seconds(10)))
    let settings = RunSettings(clock: ChainClock(clock))
    await #expect(throws: ChainError.self) { try await step(.unavailable, settings: settings) }
    #expect(counter.total == 3)
    await #expect(throws: ChainError.self) { try await step(.invalidInput, settings: settings) }
    #expect(counter.total == 4)
  }

  @Test("a fallback stands in for what failed, but not for what was cancelled")
  func fallback() async throws {
    let second = Chain { Transform("second") { (_: ChainError.Code) in "second" } }
    let step = Fallback(
      Chain {
        Transform("first") { (code: ChainError.Code) throws(ChainError) -> String in
          throw ChainError(code, context: "first")
        }
      }, second)
    #expect(try await step(.model) == "second")
    await #expect(throws: ChainError(.cancelled, context: "first")) { try await step(.cancelled) }
  }

  @Test("what a cache holds of another form is made anew and kept")
  func staleCache() async throws {
    let cache = MemoryCache(capacity: 4)
    try await cache.keep("a text of an older program", for: "x")
    let counter = Counter()
    let step = Cached(
      in: cache, key: { (text: String) in text },
      Transform("count") { (text: String) in
        counter.enter()
        return text.count
      })
    #expect(try await step("x") == 1)
    #expect(try await step("x") == 1)
    #expect(counter.total == 1)
  }

  @Test("a cached step runs once for inputs of one name, and the least recently used is dropped")
  func cache() async throws {
    let counter = Counter()
    let step = Cached(
      in: MemoryCache(capacity: 2), key: { (text: String) in text },
      Transform("count") { (text: String) in
        counter.enter()
        return [text: text.count]
      })
    #expect(try await step("ab") == ["ab": 2])
    #expect(try await step("abc") == ["abc": 3])
    #expect(try await step("ab") == ["ab": 2])
    #expect(counter.total == 2)
    _ = try await step("abcd")
    _ = try await step("ab")
    #expect(counter.total == 3)
    _ = try await step("abc")
    #expect(counter.total == 4)
  }
}
