import InkChains
import InkChat
import InkTesting
import Testing

@Suite("A chat model that is counted by a meter")
struct MeteredChatModelTests {
  private func text(_ stream: GenerationStream) async throws(GenerationError) -> String {
    var iterator = stream.makeAsyncIterator()
    var text = ""
    while let event = try await iterator.next() {
      if case .text(let piece) = event { text += piece }
    }
    return text
  }

  @Test("what an answer cost stands in the meter when it has ended, and the next one is refused when nothing is left")
  func money() async throws {
    let meter = BudgetMeter(Budget(money: 3), price: TokenPrice(prompt: 10_000, completion: 10_000))
    let model = MeteredChatModel(
      ScriptedChatModel { _, _ in [.text("yes"), .finish(prompt: 100, completion: 50)] }, countedBy: meter)
    #expect(try await text(model.stream([.user("x")], options: GenerationOptions())) == "yes")
    #expect(meter.money == 1.5)
    // The next prompt is expected to be as long, and one more token is too much for none.
    _ = try await text(model.stream([.user("x")], options: GenerationOptions()))
    #expect(meter.money == 3)
    let error = await #expect(throws: GenerationError.self) {
      _ = try await text(model.stream([.user("x")], options: GenerationOptions()))
    }
    #expect(error?.code == .budget && error?.context == "money")
  }

  @Test("an answer is held to what is left, and ended when the model heeds no limit")
  func overrun() async throws {
    let meter = BudgetMeter(Budget(tokens: 50))
    let model = MeteredChatModel(
      ScriptedChatModel { _, options in
        #expect(options.maximumTokens.map { $0 < 50 } == true)
        return (0..<1_000).map { .text("\($0) ") } + [.finish(completion: 1_000)]
      }, countedBy: meter)
    var pieces = 0
    let error = await #expect(throws: GenerationError.self) {
      for try await event in model.stream([.user("x")], options: GenerationOptions()) {
        if case .text = event { pieces += 1 }
      }
    }
    #expect(error?.code == .budget)
    #expect(pieces > 10 && pieces <= 52)
    // What was written was paid for.
    #expect(meter.counts.completion > 10)
  }

  @Test("a model's own failure stays what it is")
  func failure() async throws {
    let model = MeteredChatModel(
      ScriptedChatModel { _, _ in [.failure(GenerationError(code: .contextExceeded, context: "m"))] },
      countedBy: BudgetMeter(Budget(money: 1), price: TokenPrice(prompt: 1, completion: 1)))
    let error = await #expect(throws: GenerationError.self) {
      _ = try await text(model.stream([.user("x")], options: GenerationOptions()))
    }
    #expect(error == GenerationError(code: .contextExceeded, context: "m"))
  }
}
