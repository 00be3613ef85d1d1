import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("A search by words and by meaning at once")
struct HybridSearchTests {
  /// Answers in Chinese whose order by meaning is that of the list; a question in English has one stray word of the
  /// last of them.
  private static let answers = ["路由器的重置方法。", "水壶的清洁方法。", "保修期的说明。", "灯的颜色。", "用 done 命令结束。"]
  private static let question = "how is the reset of the router done"

  private func library(
    _ answers: [String] = HybridSearchTests.answers
  ) async throws -> (SQLiteKnowledgeStore, any Embedder, TemporaryFolder) {
    let folder = try TemporaryFolder()
    let store = try SQLiteKnowledgeStore.create(
      folder.path + "/base.sqlite", settings: KnowledgeSettings(embedder: "angles", dimension: 2))
    // The further back in the list, the larger the angle to the question.
    let embedder = ScriptedEmbedder(dimension: 2) { text, _ in
      let place = answers.firstIndex(of: text) ?? -1
      return [1, Float(place + 1) * 0.1]
    }
    let base = try KnowledgeBase(
      store: store, embedder: embedder, embedderName: "angles", extractor: SampleExtractor(), splitter: LineSplitter())
    _ = try await base.add(bytes: Array(answers.joined(separator: "\n").utf8), name: "answers.txt")
    return (store, embedder, folder)
  }

  private func order(
    _ question: String, _ fusion: Fusion, _ answers: [String] = HybridSearchTests.answers
  ) async throws -> [String] {
    let (store, embedder, folder) = try await library(answers)
    let plan = SearchPlan(mode: .hybrid(fusion), count: 9)
    let results = try await KnowledgeSearch(store, embedder: embedder, plan: plan) { 0 }.search(question).results
    return withExtendedLifetime(folder) { results.map(\.piece.piece.text) }
  }

  @Test("where few of a question's words are in the documents, what they find does not displace what meaning finds")
  func strayWord() async throws {
    #expect(try await order(Self.question, .balanced) == Self.answers)
    // Ranks cannot tell: whoever is in both lists wins.
    #expect(try await order(Self.question, .reciprocalRank()).first == Self.answers[4])
  }

  @Test("function words find nothing by themselves, rare as they may be in documents of another language")
  func functionWords() async throws {
    let words = "what is the how and for it"
    let licence = "许可证：\(words). \(words). \(words)."
    let answers = Array(Self.answers.dropLast()) + [licence]
    #expect(try await order("what is the router for and how is it reset", .balanced, answers) == answers)
    // A question that has no others is searched for by them.
    #expect(try await order(words, .balanced, answers).last != licence)
  }

  @Test("where a piece holds all the words, it comes before one that is a little nearer")
  func knownWords() async throws {
    #expect(try await order("保修期的说明", .balanced).first == Self.answers[2])
  }

  @Test("a piece that only the words found has its own cosine, not none")
  func missingCosine() async throws {
    let (store, embedder, folder) = try await library()
    let question = "灯的颜色 done"
    let plan = SearchPlan(mode: .hybrid(), count: 3, candidates: 3)
    let (_, trace) = try await KnowledgeSearch(store, embedder: embedder, plan: plan) { 0 }.search(question)
    func results(_ stage: SearchTrace.Stage) throws -> [String: Double] {
      let results = try #require(trace.entries.first { $0.stage == stage }).results
      return Dictionary(results.map { ($0.piece.piece.text, $0.score) }) { first, _ in first }
    }
    let (words, near, fused) = try (results(.keyword), results(.vector), results(.fusion))
    #expect(Set(near.keys) == Set(Self.answers[..<3]))
    #expect(Set(words.keys) == Set(Self.answers[3...]))
    // The last answer is the farthest of all, so it is at 0 of the scale, and the first one at 1.
    let scaled = (Self.cosine(3) - Self.cosine(4)) / (Self.cosine(0) - Self.cosine(4))
    let share = try #require(words[Self.answers[3]]) / (try await store.greatestScore(words: question))
    #expect(abs(try #require(fused[Self.answers[3]]) - (scaled + share) / 2) < 1e-5)
    withExtendedLifetime(folder) {}
  }

  /// The cosine of a question and the answer at a place.
  private static func cosine(_ place: Int) -> Double {
    1 / (1 + Double((place + 1) * (place + 1)) * 0.01).squareRoot()
  }
}
