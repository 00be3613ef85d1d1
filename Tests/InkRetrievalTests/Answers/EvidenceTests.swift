import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("Whether documents say anything about a question")
struct EvidenceTests {
  private static let unasked = ScriptedChatModel { _, _ in
    Issue.record("the model was asked")
    return []
  }

  private func outcome(
    _ question: String, model: ScriptedChatModel, plan: AnswerPlan = AnswerPlan(), search: SearchPlan = SearchPlan()
  ) async throws -> GroundedAnswer {
    let library = try await SampleLibrary()
    return try await KnowledgeAnswerer(library.search(search), model: model, plan: plan).stream(question).answer()
  }

  @Test(
    "a question about other things is answered by the fixed sentence, although a search gives its best results",
    arguments: [
      "Which elephants can fly to Jupiter?", "What does the canteen offer on Fridays?", "怎样做红烧肉？", "工会主席是谁？",
      "How long is the coast of Norway?",
    ])
  func absent(question: String) async throws {
    let answer = try await outcome(question, model: Self.unasked)
    #expect(answer.outcome == .notFound)
    #expect(answer.citations.isEmpty)
  }

  @Test(
    "a question that a document speaks of is answered, in either language and in other words for a part of it",
    arguments: [
      "How do I reset the router?", "What warranty does the router have?", "How often must I descale the kettle?",
      "路由器的保修期是多久？", "怎样重置路由器？", "Why is it?",
    ])
  func present(question: String) async throws {
    #expect(try await outcome(question, model: ScriptedChatModel("Yes.")).outcome == .answered)
  }

  @Test(
    "a question that names what no passage knows is not answered, much as they say of the rest",
    arguments: [
      "How do I reset the router in Windows?", "What warranty does the router of Nokia have?", "怎样用 MySQL 重置路由器？",
    ])
  func unknownName(question: String) async throws {
    #expect(try await outcome(question, model: Self.unasked).outcome == .notFound)
  }

  @Test(
    "a name at the beginning, a plural of capitals and a question in another language than the documents prove nothing",
    arguments: [
      ("Tell me: how do I reset the PCs of router?", "The PC of the router has a reset button."),
      ("How do I reset the router in Windows?", "重置 router 的方法。"),
      ("Wie wird der Router zurückgesetzt in Norwegen?", "reset Router"),
    ])
  func knownName(question: String, text: String) async throws {
    let library = try await SampleLibrary([("a.txt", text)])
    let plan = AnswerPlan(evidence: EvidenceRule(words: 0.1, nearness: 0))
    let answer = try await KnowledgeAnswerer(library.search(), model: ScriptedChatModel("Yes."), plan: plan)
      .stream(question).answer()
    #expect(answer.outcome == .answered)
  }

  @Test("a plan without a rule, and a search with a threshold of its own, are not judged")
  func unjudged() async throws {
    let question = "Which elephants can fly to Jupiter?"
    let plain = try await outcome(question, model: ScriptedChatModel("Yes."), plan: AnswerPlan(evidence: nil))
    #expect(plain.outcome == .answered)
    let own = try await outcome(question, model: ScriptedChatModel("Yes."), search: SearchPlan(threshold: -1))
    #expect(own.outcome == .answered)
  }

  @Test(
    "words that are not in the documents are made up for by a meaning that is near, measured from the encoder's floor")
  func meaning() async throws {
    // Cosines between 0.9 and 1, as some encoders have: 0.9 for anything, 0.97 for what is meant, 0.92 for the others.
    func embedder(near: Float) -> ScriptedEmbedder {
      ScriptedEmbedder(dimension: 2) { text, purpose in
        let cosine: Float = purpose == .query ? 1 : text.contains("router") ? near : 0.9
        return [cosine, (1 - cosine * cosine).squareRoot()]
      }
    }
    for (near, expected) in [(Float(0.97), GroundedAnswer.Outcome.answered), (0.92, .notFound)] {
      let library = try await SampleLibrary([])
      let base = try KnowledgeBase(
        store: try SQLiteKnowledgeStore.create(
          library.folder.path + "/\(near).sqlite", settings: KnowledgeSettings(embedder: "floor", dimension: 2)),
        embedder: embedder(near: near), embedderName: "floor", extractor: SampleExtractor(), splitter: LineSplitter())
      _ = try await base.add(bytes: Array(SampleLibrary.router.utf8), name: "r.txt")
      let search = KnowledgeSearch(base.store, embedder: embedder(near: near)) { 0 }
      let answer = try await KnowledgeAnswerer(search, model: ScriptedChatModel("Yes.")).stream("gateway rebooting")
        .answer()
      #expect(answer.outcome == expected, "\(near)")
    }
  }

  @Test("where there is nothing to choose, the nearest sentences are the answer and no model is asked")
  func nearest() async throws {
    let plan = AnswerPlan(form: .quotes(count: 1), quoteCandidates: 1)
    let answer = try await outcome("What warranty does the router have?", model: Self.unasked, plan: plan)
    #expect(answer.answer == "The router has a warranty of 24 months.")
    #expect(answer.supported.map(\.supported) == [true])
    #expect(answer.citations.map(\.quote) == ["The router has a warranty of 24 months."])
  }

  @Test("another question is no quote where sentences are")
  func questions() async throws {
    let library = try await SampleLibrary([
      ("faq.md", "## How do I open the door?\n\nPush it gently.\n\n## 怎样开门？\n\n轻轻推门。")
    ])
    let plan = AnswerPlan(form: .quotes(count: 2), quoteCandidates: 2)
    let answer = try await KnowledgeAnswerer(library.search(), model: Self.unasked, plan: plan)
      .stream("How do I open the door? 怎样开门？").answer()
    #expect(Set(answer.answer.split(separator: "\n")) == ["Push it gently.", "轻轻推门。"])
  }
}
