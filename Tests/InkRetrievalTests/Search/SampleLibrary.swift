import InkChat
import InkRetrieval

/// A base over SQLite with a few documents whose lines are its pieces.
struct SampleLibrary {
  static let router = """
    Hold the reset button of the router for 10 seconds.
    The lamp blinks three times when the reset is done.
    The router has a warranty of 24 months.
    """
  static let kettle = """
    The kettle boils one litre of water in 3 minutes.
    Descale the kettle with vinegar every month.
    """
  static let chinese = """
    按住路由器的重置按钮十秒。
    路由器的保修期为二十四个月。
    """

  let folder: TemporaryFolder
  let store: SQLiteKnowledgeStore
  let base: KnowledgeBase
  private let clock: TestDate

  init(
    _ documents: [(name: String, text: String)] = [
      ("router.txt", router), ("kettle.txt", kettle), ("路由器.txt", chinese),
    ]
  ) async throws {
    let folder = try TemporaryFolder()
    let clock = TestDate()
    self.folder = folder
    self.clock = clock
    store = try SQLiteKnowledgeStore.create(
      folder.path + "/base.sqlite",
      settings: KnowledgeSettings(embedder: "words", dimension: WordVectors.dimension),
      options: SQLiteStoreOptions(now: { clock.seconds }))
    base = try KnowledgeBase(
      store: store, embedder: WordVectors.embedder, embedderName: "words", extractor: SampleExtractor(),
      splitter: LineSplitter())
    for document in documents { try await add(document.name, document.text) }
  }

  /// Adds a document at a date.
  func add(
    _ name: String, _ text: String, metadata: [String: String] = [:], at seconds: Double = 1_000_000
  ) async throws {
    clock.set(seconds)
    _ = try await base.add(bytes: Array(text.utf8), name: name, metadata: metadata)
  }

  func search(_ plan: SearchPlan = SearchPlan(), now: Double = 1_000_000) -> KnowledgeSearch {
    KnowledgeSearch(store, embedder: WordVectors.embedder, plan: plan) { now }
  }
}
