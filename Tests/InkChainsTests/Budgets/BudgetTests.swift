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
