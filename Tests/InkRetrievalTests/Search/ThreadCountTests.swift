import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("Searches and answers on any number of threads")
struct ThreadCountTests {
  /// What came of the same questions to the same documents.
  private struct Outcome: Equatable {
    var found: [[ScoredPiece]]
    var traces: [SearchTrace]
    var answers: [GroundedAnswer]
  }

  private static let words = [
    "router", "kettle", "lamp", "reset", "water", "month", "button", "warranty", "vinegar", "红灯", "保修", "重启", "水壶",
    "blinks", "boils", "holds", "costs", "needs", "slowly", "twice",
  ]

  /// Sentences that are the same in every run.
  private static func document(_ number: Int) -> String {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33)
    }
    return (0..<60).map { line in
      (0..<9).map { _ in words[next() % words.count] }.joined(separator: " ") + " \(number) \(line)."
    }.joined(separator: "\n")
  }

  /// Makes a base on so many threads, opens it again, and asks it.
  private static func outcome(threads: Int) async throws -> Outcome {
    let folder = try TemporaryFolder()
    let path = folder.path + "/base.sqlite"
    // Vectors are found by a graph, whose building is shared by the threads.
    let options = SQLiteStoreOptions(graphFrom: 100, threads: threads, notice: { _ in }, now: { 1_000_000 })
    let made = try SQLiteKnowledgeStore.create(
      path, settings: KnowledgeSettings(embedder: "words", dimension: WordVectors.dimension), options: options)
    let base = try KnowledgeBase(
      store: made, embedder: WordVectors.embedder, embedderName: "words", extractor: SampleExtractor(),
      splitter: LineSplitter())
    for number in 0..<10 {
      _ = try await base.add(bytes: Array(document(number).utf8), name: "\(number).txt", metadata: [:])
    }
    try await base.remove(["3.txt"])
    try made.close()

    let store = try SQLiteKnowledgeStore.open(path, options: options)
    let model = ScriptedChatModel { messages in [messages.last?.content.text.suffix(400).description ?? ""] }
    var outcome = Outcome(found: [], traces: [], answers: [])
    for question in ["router reset button", "保修 水壶 vinegar", "lamp blinks twice", "water boils slowly 7"] {
      for plan in [
        SearchPlan(mode: .vector, count: 20),
        SearchPlan(mode: .hybrid(), count: 10, diversity: Diversity(balance: 0.6)),
        SearchPlan(mode: .keyword, count: 10, threshold: 0.1),
      ] {
        let search = KnowledgeSearch(store, embedder: WordVectors.embedder, plan: plan) { 2_000_000 }
        let (results, trace) = try await search.search(question)
        outcome.found.append(results)
        outcome.traces.append(trace)
        outcome.answers.append(try await KnowledgeAnswerer(search, model: model).stream(question).answer())
      }
    }
    try store.close()
    return outcome
  }

  @Test("a base that was made, opened and asked on one thread gives the bits of one on two and on three")
  func same() async throws {
    let one = try await Self.outcome(threads: 1)
    #expect(one.found.allSatisfy { !$0.isEmpty })
    #expect(one.answers.contains { $0.supported.contains { $0.supported } })
    for threads in [2, 3] { #expect(try await Self.outcome(threads: threads) == one) }
  }

  @Test("a number of threads that cannot be is an error", arguments: [0, -1, 1_000_000])
  func refused(threads: Int) async throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: RetrievalError.self) {
      try SQLiteKnowledgeStore.create(
        folder.path + "/base.sqlite", settings: SampleDocument.settings,
        options: SQLiteStoreOptions(threads: threads, notice: { _ in }))
    }
    #expect(error?.description.contains("threads") == true)
  }
}
