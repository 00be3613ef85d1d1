import InkRetrieval
import InkTesting
import Testing

@Suite("Answers by the size of the model")
struct AnswerSizeTests {
  @Test(
    "what is asked for is done; what is left open follows the model's size",
    arguments: [
      (nil, nil, 134_000_000, .quotes(count: 2), 2), (nil, nil, 500_000_000, .written, nil),
      (nil, nil, nil, .written, nil), (0, nil, 134_000_000, .written, nil), (3, nil, 134_000_000, .quotes(count: 3), 3),
      (3, nil, 7_000_000_000, .quotes(count: 3), nil), (3, 5, 134_000_000, .quotes(count: 3), 5),
    ] as [(Int?, Int?, Int?, AnswerPlan.Form, Int?)])
  func form(quotes: Int?, candidates: Int?, parameterCount: Int?, form: AnswerPlan.Form, offered: Int?) {
    var plan = AnswerPlan()
    plan.setForm(quotes: quotes, candidates: candidates, parameterCount: parameterCount)
    #expect(plan.form == form)
    #expect(plan.quoteCandidates == offered)
  }

  @Test("an answer that leaves nothing to choose asks no model, and says so")
  func nearest() async throws {
    let library = try await SampleLibrary()
    let unasked = ScriptedChatModel { _, _ in
      Issue.record("the model was asked")
      return []
    }
    var plan = AnswerPlan()
    plan.setForm(quotes: nil, parameterCount: 1)
    let answer = try await KnowledgeAnswerer(library.search(), model: unasked, plan: plan)
      .stream("What warranty has the router?").answer()
    #expect(answer.outcome == .answered)
    #expect(answer.wording == .nearestQuotes && !answer.wording.isFromModel)
    #expect(answer.supported.allSatisfy(\.supported))
  }
}
