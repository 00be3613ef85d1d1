import InkChat
import InkInference
import Testing

@Suite("Finish rule")
struct FinishRuleTests {
  @Test("an end token ends the answer without being part of it")
  func endToken() throws {
    var rule = try FinishRule(endTokens: [2, 7], maximumTokens: 10, promptTokens: 3, contextLength: 100)
    #expect(rule.accept(5) == .proceed)
    #expect(rule.accept(7) == .finishWithout(.endToken(7)))
    #expect(rule.count == 1)
  }

  @Test("the last permitted token is given out and ends the answer")
  func length() throws {
    var rule = try FinishRule(endTokens: [], maximumTokens: 2, promptTokens: 3, contextLength: 100)
    #expect(rule.reasonAtStart == nil)
    #expect(rule.accept(2) == .proceed)
    #expect(rule.accept(2) == .finishAfter(.length))
  }

  @Test("the context's end ends the answer")
  func context() throws {
    var rule = try FinishRule(endTokens: [], maximumTokens: nil, promptTokens: 98, contextLength: 100)
    #expect(rule.accept(4) == .proceed)
    #expect(rule.accept(4) == .finishAfter(.contextFull))
  }

  @Test("a maximum of 0 ends before the first token")
  func nothing() throws {
    #expect(
      try FinishRule(endTokens: [], maximumTokens: 0, promptTokens: 1, contextLength: 8).reasonAtStart == .length)
  }

  @Test("a prompt that fills the context is refused", arguments: [100, 101, Int.max])
  func fullPrompt(promptTokens: Int) {
    #expect {
      _ = try FinishRule(endTokens: [], maximumTokens: 1, promptTokens: promptTokens, contextLength: 100)
    } throws: { error in
      (error as? GenerationError)?.code == .contextExceeded
    }
  }
}
