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
    #expect(answer.supported.allSatisfy { $0.supported })
  }

  @Test("an answer of quotes has each on one line, and its citations have them as the document does")
  func lines() async throws {
    let library = try await SampleLibrary([("a.txt", "The door is red and\n  opens at nine.\n\n门是红色的，\n九点开门。")])
    let unasked = ScriptedChatModel { _, _ in
      Issue.record("the model was asked")
      return []
    }
    let plan = AnswerPlan(form: .quotes(count: 4), quoteCandidates: 4)
    let answer = try await KnowledgeAnswerer(library.search(), model: unasked, plan: plan).stream("the door 门").answer()
    #expect(Set(answer.answer.split(separator: "\n")) == ["The door is red and opens at nine.", "门是红色的，九点开门。"])
    #expect(Set(answer.supported.map(\.sentence)) == ["The door is red and opens at nine.", "门是红色的，九点开门。"])
    let text = Array(try await library.store.text(ofDocument: "a.txt").utf8)
    for citation in answer.citations {
      #expect(citation.quote.contains("\n"))
      #expect(String(decoding: text[citation.start..<citation.end], as: UTF8.self).contains(citation.quote))
    }
  }
}
