import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct BudgetTests {
  private func asking(_ model: ScriptedChatModel, times: Int) -> Chain<String, [String]> {
    Chain {
      Transform("prompts") { (text: String) in (0..<times).map { [Message.user("\(text) \($0)")] } }
      MapEach(concurrency: 1, Generate(model))
    }
  }

  @Test("a budget of tokens shortens the last answer so that prompts and answers are never more, then stops")
  func tokens() async throws {
    let limits = EventLog()
    let model = ScriptedChatModel { _, options in
      let completion = min(options.maximumTokens ?? 40, 40)
      return [.text("\(completion)"), .finish(prompt: 10, completion: completion)]
    }
    await #expect(throws: ChainError(.budget, context: "tokens", expected: "at most 80", found: "80 used")) {
      try await asking(model, times: 4)("x", settings: RunSettings(observers: [limits], budget: Budget(tokens: 80)))
    }
    let texts = limits.all.compactMap { if case .text(let piece) = $0.happening { piece } else { nil } }
    // 10 + 40 leave 30 for the second request, whose prompt is expected to be as long as the first was.
    #expect(texts == ["40", "20"])
  }

  @Test("a budget of money counts cached tokens at their own price")
  func money() async throws {
    let price = TokenPrice(prompt: 2, cachedPrompt: 1, completion: 4)
    #expect(price.cost(of: TokenCounts(prompt: 1_000_000, cachedPrompt: 500_000, completion: 250_000)) == 2.5)
    let model = ScriptedChatModel { _, _ in [.finish(prompt: 0, completion: 100_000)] }
    let log = EventLog()
    await #expect(throws: ChainError.self) {
      try await asking(model, times: 5)(
        "x", settings: RunSettings(observers: [log], budget: Budget(money: 1), price: price))
    }
    #expect(log.lines.filter { $0.contains("usage") }.count == 3)
  }

  @Test("a model that heeds no limit is stopped while it writes")
  func overrun() async throws {
    let model = ScriptedChatModel { _, _ in (0..<1_000).map { .text("\($0) ") } + [.finish(completion: 1_000)] }
    let log = EventLog()
    let error = await #expect(throws: ChainError.self) {
      try await asking(model, times: 1)("x", settings: RunSettings(observers: [log], budget: Budget(tokens: 50)))
    }
    #expect(error?.code == .budget && error?.context == "tokens")
    #expect(log.lines.count { $0.contains(" text ") } <= 52)
  }

  @Test("answers that are written at the same time share what is left")
  func sharing() async throws {
    let model = ScriptedChatModel { _, options in
      let steps = (0..<(options.maximumTokens ?? 100)).flatMap { _ in
        [ScriptedStep.text("a "), .wait { await Task.yield() }]
      }
      return steps + [.finish(prompt: 0, completion: options.maximumTokens ?? 100)]
    }
    let log = EventLog()
    let chain = Chain {
      Transform("prompts") { (text: String) in (0..<8).map { [Message.user("\(text) \($0)")] } }
      MapEach(concurrency: 8, Generate(model))
    }
    let error = await #expect(throws: ChainError.self) {
      try await chain("x", settings: RunSettings(observers: [log], budget: Budget(tokens: 100)))
    }
    #expect(error?.code == .budget)
    // One piece for each of the eight that the count begins behind.
    #expect(log.lines.count { $0.contains(" text ") } <= 117)
  }

  @Test("an endpoint that does not count its tokens has them estimated for the budget")
  func uncounted() async throws {
    let model = ScriptedChatModel { _, _ in
      [.text(String(repeating: "word ", count: 30)), .finish(prompt: 0, completion: 0)]
    }
    let log = EventLog()
    await #expect(throws: ChainError.self) {
      try await asking(model, times: 5)("x", settings: RunSettings(observers: [log], budget: Budget(tokens: 100)))
    }
    // 150 bytes are estimated as 50 tokens, and the prompts have some.
    #expect(log.lines.count { $0.contains(" usage ") } == 2)
  }

  @Test("what an answer took before it failed is counted")
  func failed() async throws {
    let model = ScriptedChatModel { _, _ in
      [
        .text(String(repeating: "word ", count: 60)),
        .failure(GenerationError(code: .unavailable, context: "endpoint", found: "gone")),
      ]
    }
    let counter = Counter()
    let step = Transform("count") { (text: String) in
      counter.enter()
      return [Message.user(text)]
    }
    let chain = Chain {
      step
      Generate(model)
    }
    let again = Chain { chain.retrying(RetryPolicy(attempts: 100, firstDelay: .zero)) }
    let error = await #expect(throws: ChainError.self) {
      try await again("x", settings: RunSettings(budget: Budget(tokens: 250)))
    }
    #expect(error?.code == .budget)
    #expect(counter.total == 4)
  }

  @Test("an answer is held to what the money is enough for")
  func affordable() async throws {
    let model = ScriptedChatModel { _, options in
      [.text("\(options.maximumTokens ?? -1)"), .finish(prompt: 1, completion: options.maximumTokens ?? 0)]
    }
    let log = EventLog()
    let meter = BudgetMeter(Budget(money: 1), price: TokenPrice(prompt: 5_000, completion: 10_000))
    let error = await #expect(throws: ChainError.self) {
      try await asking(model, times: 3)("x", settings: RunSettings(observers: [log], shared: meter))
    }
    #expect(error?.context == "money")
    // The prompt is paid for too, so one token less than money for 100.
    #expect(log.lines.filter { $0.contains(" text ") }.map { $0.split(separator: " ").last } == ["99"])
    #expect(meter.money <= 1)
  }

  @Test("a budget of time ends a model that hangs")
  func time() async throws {
    let model = ScriptedChatModel { _, _ in [.text("a"), .hold] }
    let clock = ManualClock()
    await #expect(throws: ChainError.self) {
      try await asking(model, times: 1)(
        "x", settings: RunSettings(budget: Budget(time: .seconds(5)), clock: ChainClock(clock)))
    }
    #expect(clock.sleeps == [.seconds(5)])
  }

  @Test(
    "a request that reads more than what is left is not begun",
    arguments: [
      (Budget(tokens: 90), "tokens"), (Budget(money: 0.9), "money"),
    ])
  func longPrompt(budget: Budget, context: String) async throws {
    let counter = Counter()
    let model = ScriptedChatModel { _, _ in
      counter.enter()
      return [.text("a"), .finish(prompt: 100, completion: 1)]
    }
    let meter = BudgetMeter(budget, price: TokenPrice(prompt: 10_000, completion: 10_000))
    let error = await #expect(throws: ChainError.self) {
      try await asking(model, times: 1)(
        String(repeating: "word ", count: 60), settings: RunSettings(shared: meter))
    }
    #expect(error?.code == .budget && error?.context == context)
    #expect(counter.total == 0)
    #expect(meter.counts.prompt == 0 && meter.money == 0)
  }

  @Test("requests at the same time do not rest on the same tokens for their prompts")
  func parallelPrompts() async throws {
    let model = ScriptedChatModel { _, _ in
      [.wait { await Task.yield() }, .text("a"), .finish(prompt: 20, completion: 1)]
    }
    let meter = BudgetMeter(Budget(tokens: 100))
    let chain = Chain {
      Transform("prompts") { (text: String) in (0..<8).map { _ in [Message.user(text)] } }
      MapEach(concurrency: 8, Generate(model))
    }
    await #expect(throws: ChainError.self) {
      try await chain(String(repeating: "abc", count: 20), settings: RunSettings(shared: meter))
    }
    #expect(meter.counts.prompt + meter.counts.completion <= 100)
  }

  @Test("runs that share a meter have one limit between them")
  func shared() async throws {
    let model = ScriptedChatModel { _, _ in [.text("a"), .finish(prompt: 10, completion: 10)] }
    let meter = BudgetMeter(Budget(money: 50), price: TokenPrice(prompt: 1_000_000, completion: 1_000_000))
    let settings = RunSettings(shared: meter)
    for _ in 0..<2 { _ = try await asking(model, times: 1)("x", settings: settings) }
    let error = await #expect(throws: ChainError.self) { try await asking(model, times: 1)("x", settings: settings) }
    #expect(error?.context == "money")
    #expect(meter.money == 40)
  }

  @Test("a budget of time holds for work that does not heed cancellation")
  func deaf() async throws {
    let release = Gate()
    let deaf = Chain<String, String> {
      Transform("deaf") { (text: String) in
        await release.wait()
        return text
      }
    }
    let error = await #expect(throws: ChainError.self) {
      try await deaf("x", settings: RunSettings(budget: Budget(time: .seconds(5)), clock: ChainClock(ManualClock())))
    }
    #expect(error == ChainError(.budget, context: "time", expected: "at most 5.0 seconds", found: "not done by then"))
    release.open()
  }
}
