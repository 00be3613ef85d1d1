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

  @Test("a budget of tokens stops the next request and shortens the last one")
  func tokens() async throws {
    let limits = EventLog()
    let model = ScriptedChatModel { _, options in
      let completion = min(options.maximumTokens ?? 40, 40)
      return [.text("\(completion)"), .finish(prompt: 10, completion: completion)]
    }
    await #expect(throws: ChainError(.budget, context: "tokens", expected: "at most 80", found: "90 used")) {
      try await asking(model, times: 4)("x", settings: RunSettings(observers: [limits], budget: Budget(tokens: 80)))
    }
    let texts = limits.all.compactMap { if case .text(let piece) = $0.happening { piece } else { nil } }
    // 10 + 40 leave 30 for the second answer, whose prompt is not known before.
    #expect(texts == ["40", "30"])
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
      [.text("\(options.maximumTokens ?? -1)"), .finish(prompt: 0, completion: options.maximumTokens ?? 0)]
    }
    let log = EventLog()
    await #expect(throws: ChainError.self) {
      try await asking(model, times: 3)(
        "x",
        settings: RunSettings(
          observers: [log], budget: Budget(money: 1), price: TokenPrice(prompt: 1, completion: 10_000)))
    }
    #expect(log.lines.filter { $0.contains(" text ") }.map { $0.split(separator: " ").last } == ["100"])
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
}
