import InkChat
import InkstoneCommand
import Testing

@Suite("Reports")
struct AnswerReportTests {
  private func result(_ reason: FinishReason, cached: Int = 0) -> GenerationResult {
    GenerationResult(
      finishReason: reason, counts: TokenCounts(prompt: 10, cachedPrompt: cached, completion: 5),
      timings: GenerationTimings(prompt: .milliseconds(100), decode: .milliseconds(500)), promptTokens: [1, 2],
      tokens: [3])
  }

  @Test("the object has the members that other programs rely on, in order")
  func shape() {
    let token = GeneratedToken(
      chosen: TokenLogProbability(token: 3, piece: "a", logProbability: -0.1),
      alternatives: [TokenLogProbability(token: 4, piece: "b", logProbability: -.infinity)])
    let report = AnswerReport(text: "a\n", tokens: [token], result: result(.length), loading: .milliseconds(250))
    #expect(
      report.json.text
        == #"{"text":"a\n","prompt_tokens":[1,2],"tokens":[3],"finish_reason":"length","#
        + #""timings":{"load_seconds":0.25,"prompt_tokens_per_second":100.0,"decode_tokens_per_second":8.0},"#
        + #""logprobs":[{"token":3,"piece":"a","logprob":-0.1,"top":[{"token":4,"piece":"b","logprob":null}]}]}"#)
  }

  @Test("rates count the steps that were computed")
  func rates() {
    #expect(AnswerReport(text: "", result: result(.length)).decodeRate == 8)
    #expect(AnswerReport(text: "", result: result(.endToken(2))).decodeRate == 10)
    #expect(AnswerReport(text: "", result: result(.length, cached: 6)).promptRate == 40)
    #expect(AnswerReport(text: "", result: result(.length, cached: 10)).promptRate == nil)
  }

  @Test("the remark says why an answer broke off")
  func remarks() {
    #expect(AnswerReport(text: "", result: result(.length)).remark.contains("limit of tokens"))
    #expect(AnswerReport(text: "", result: result(.contextFull)).remark.contains("context is full"))
    #expect(!AnswerReport(text: "", result: result(.endToken(nil))).remark.contains("stopped"))
  }

  @Test("the median of measurements is the middle one or the mean of two")
  func samples() {
    #expect(Samples([3, 1, 2]).median == 2)
    #expect(Samples([4, 1, 2, 3]).median == 2.5)
    #expect(Samples().median == nil)
    #expect(Samples().json == .null)
    #expect(Samples([3, 1, 2]).json.text == #"{"median":2.0,"min":1.0,"max":3.0}"#)
  }
}
