import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("The sentences that answer without a model")
struct QuoteRankingTests {
  private static let unasked = ScriptedChatModel { _, _ in
    Issue.record("the model was asked")
    return []
  }

  private func answer(
    _ question: String, from documents: [(name: String, text: String)], count: Int = 1
  ) async throws -> (GroundedAnswer, SampleLibrary) {
    let library = try await SampleLibrary(documents)
    let plan = AnswerPlan(form: .quotes(count: count), quoteCandidates: count, evidence: nil)
    let search = library.search(SearchPlan(count: AnswerPlan.passagesOfNearest))
    return (try await KnowledgeAnswerer(search, model: Self.unasked, plan: plan).stream(question).answer(), library)
  }

  @Test("a sentence that the end of a piece cuts is quoted whole, and its citation holds all of it")
  func wholeSentences() async throws {
    let text = "Birds sing.\n\nThe door of the\nold house opens at nine.\n\nRain falls today.\n"
    let (answer, library) = try await answer("the door of the", from: [("a.txt", text)])
    #expect(answer.answer == "The door of the old house opens at nine.")
    let citation = try #require(answer.citations.first)
    #expect(citation.quote == "The door of the\nold house opens at nine.")
    #expect(citation.text.contains(citation.quote))
    let bytes = Array(try await library.store.text(ofDocument: "a.txt").utf8)
    #expect(Array(bytes[citation.start..<citation.end]) == Array(citation.text.utf8))
  }

  @Test("a row of a table is one quote, found by the names of its columns too")
  func rows() async throws {
    let text = """
      | exit code | meaning |
      |---|---|
      | 4 | a check failed. The log says which |
      | 5 | no memory |

      Codes of memory are 4 numbers.
      """
    let (answer, _) = try await answer("What is the meaning of exit code 4?", from: [("a.txt", text)])
    #expect(answer.answer == "| 4 | a check failed. The log says which |")
  }

  @Test("a line of a program is one quote, a line that goes on is joined, and fences are none")
  func programs() async throws {
    let text = """
      Before the first use:

      ```
      tool fetch   # gets the model
      tool chat \\
        --model m   # talks with the model
      ```

      The model has weights.
      """
    let (first, _) = try await answer("tool gets model", from: [("a.txt", text)])
    #expect(first.answer == "tool fetch   # gets the model")
    let (second, _) = try await answer("tool talks with chat", from: [("a.txt", text)])
    #expect(second.answer == "tool chat \\ --model m   # talks with the model")
  }

  @Test(
    "a name in a question outweighs words, and words of Chinese count as words and not as pairs of characters",
    arguments: [
      ("SIGTERM 之后服务器怎样？", "服务器重新读取配置。", "第一次 SIGTERM 会排空队列。"),
      ("What are bf16 weights?", "The weights are read from the file.", "With bf16 they take half."),
    ])
  func names(question: String, words: String, name: String) async throws {
    let folder = try TemporaryFolder()
    // All meanings are the same, so that words decide.
    let embedder = ScriptedEmbedder(dimension: 2) { _, _ in [1, 0] }
    let store = try SQLiteKnowledgeStore.create(
      folder.path + "/base.sqlite", settings: KnowledgeSettings(embedder: "same", dimension: 2))
    let base = try KnowledgeBase(
      store: store, embedder: embedder, embedderName: "same", extractor: SampleExtractor(), splitter: LineSplitter())
    _ = try await base.add(bytes: Array("\(words)\n\n\(name)\n\nRain falls today.\n".utf8), name: "a.txt")
    let plan = AnswerPlan(form: .quotes(count: 1), quoteCandidates: 1, evidence: nil)
    let search = KnowledgeSearch(store, embedder: embedder) { 0 }
    let answer = try await KnowledgeAnswerer(search, model: Self.unasked, plan: plan).stream(question).answer()
    #expect(answer.answer == name)
    withExtendedLifetime(folder) {}
  }

  @Test("a line of megabytes is not quoted whole")
  func longLines() async throws {
    let text = "| door | " + String(repeating: "opens ", count: 100_000) + "|\nThe door is red."
    let (answer, _) = try await answer("Which colour is the red door?", from: [("a.txt", text)])
    #expect(answer.answer == "The door is red.")
  }

  @Test("more passages are read where no model reads them")
  func passages() {
    var plan = AnswerPlan()
    plan.setForm(quotes: nil, parameterCount: 135_000_000)
    #expect(plan.takesNearest)
    plan.setForm(quotes: 2, candidates: 3, parameterCount: 135_000_000)
    #expect(!plan.takesNearest)
    plan.setForm(quotes: 0, parameterCount: 135_000_000)
    #expect(!plan.takesNearest)
    plan.setForm(quotes: 2, parameterCount: nil)
    #expect(!plan.takesNearest)
  }
}
