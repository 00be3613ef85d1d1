import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("A search over a base")
struct KnowledgeSearchTests {
  @Test("every mode finds the piece that the question is about", arguments: [SearchMode.keyword, .vector, .hybrid()])
  func modes(_ mode: SearchMode) async throws {
    let library = try await SampleLibrary()
    let search = library.search(SearchPlan(mode: mode, count: 2))
    let (results, trace) = try await search.search("how many months of warranty has the router")
    #expect(results.first?.piece.piece.text == "The router has a warranty of 24 months.")
    #expect(results.count <= 2)
    let (chinese, _) = try await search.search("路由器的保修期")
    #expect(chinese.first?.piece.piece.text == "路由器的保修期为二十四个月。")
    let stages: [SearchTrace.Stage] =
      switch mode {
      case .keyword: [.keyword]
      case .vector: [.vector]
      case .hybrid: [.keyword, .vector, .fusion]
      }
    #expect(trace.entries.map(\.stage) == stages)
    #expect(trace.entries.last?.results.first == results.first)
  }

  @Test("a found piece says its bytes in the document, and they are its text")
  func places() async throws {
    let library = try await SampleLibrary()
    let results = try await library.search().search("路由器 reset kettle").results
    #expect(!results.isEmpty)
    for result in results {
      let text = Array(try await library.store.text(ofDocument: result.piece.document).utf8)
      #expect(Array(text[result.piece.piece.range]) == Array(result.piece.piece.text.utf8))
    }
  }

  @Test("the threshold measures the cosine of question and piece in every mode, and may leave nothing")
  func threshold() async throws {
    let library = try await SampleLibrary()
    let question = "descale the kettle"
    let asked = WordVectors.vector(question)
    for mode in [SearchMode.keyword, .vector, .hybrid()] {
      let (results, trace) = try await library.search(SearchPlan(mode: mode, count: 9, threshold: 0.4)).search(question)
      #expect(!results.isEmpty)
      #expect(results.allSatisfy { Self.cosine(asked, WordVectors.vector($0.piece.piece.text)) >= 0.4 })
      let before = try #require(trace.entries.dropLast().last).results
      let left = before.filter { Self.cosine(asked, WordVectors.vector($0.piece.piece.text)) >= 0.4 }
      #expect(trace.entries.last?.stage == .threshold)
      #expect(results == left)
    }
    #expect(try await library.search(SearchPlan(threshold: 0.99)).search(question).results.isEmpty)
  }

  private static func cosine(_ left: [Float], _ right: [Float]) -> Double {
    func product(_ one: [Float], _ other: [Float]) -> Double { zip(one, other).reduce(0) { $0 + Double($1.0 * $1.1) } }
    return product(left, right) / (product(left, left) * product(right, right)).squareRoot()
  }

  @Test("of two equal documents the newer one stands first when scores decay")
  func decay() async throws {
    let library = try await SampleLibrary([])
    try await library.add("old.txt", "The lamp is green.", at: 0)
    try await library.add("new.txt", "The lamp is green.", at: 864_000)
    var plan = SearchPlan(mode: .vector)
    #expect(
      try await library.search(plan, now: 864_000).search("green lamp").results.map(\.piece.document)
        == ["old.txt", "new.txt"])
    plan.decay = TimeDecay(halfLifeDays: 10, weight: 1)
    let (results, trace) = try await library.search(plan, now: 864_000).search("green lamp")
    #expect(results.map(\.piece.document) == ["new.txt", "old.txt"])
    #expect(trace.entries.map(\.stage) == [.vector, .decay])
    #expect(abs(results[1].score / results[0].score - 0.5) < 1e-9)
  }

  @Test("a reranker orders the best candidates by its own scores and leaves out the others")
  func reranking() async throws {
    let library = try await SampleLibrary()
    var plan = SearchPlan(count: 9)
    let plain = try await library.search(plan).search("the router").results
    let reranker = ScriptedReranker { document, query in query == "the router" ? Float(document.utf8.count) : 0 }
    plan.reranking = .scored(by: reranker, candidates: 3)
    let (results, trace) = try await library.search(plan).search("the router")
    #expect(results.count == 3)
    #expect(results.map(\.score) == results.map { Double($0.piece.piece.text.utf8.count) })
    #expect(results.map(\.score) == results.map(\.score).sorted(by: >))
    #expect(Set(results.map(\.piece.id)) == Set(plain.prefix(3).map(\.piece.id)))
    #expect(trace.entries.last?.stage == .reranking)
  }

  @Test(
    "with a weight a reranker's scores are added to those of the search, both from 0 to 1",
    arguments: [0, 0.25, 0.5, 0.9])
  func rerankingByWeight(weight: Double) async throws {
    let library = try await SampleLibrary()
    var plan = SearchPlan(count: 9)
    let plain = Array(try await library.search(plan).search("the router").results.prefix(4))
    let opinions = Dictionary(uniqueKeysWithValues: zip(plain.map(\.piece.piece.text), [Float(-2), 6, 4, -1]))
    let reranker = ScriptedReranker { document, _ in opinions[document] ?? 0 }
    plan.reranking = .scored(by: reranker, candidates: 4, weight: weight)
    let results = try await library.search(plan).search("the router").results
    let (low, high) = (plain[3].score, plain[0].score)
    let expected = zip(plain, [0, 1, 0.75, 0.125]).map { result, opinion in
      (result.piece.id, (1 - weight) * (result.score - low) / (high - low) + weight * opinion)
    }.sorted { $0.1 > $1.1 }
    #expect(high > low)
    #expect(results.map(\.piece.id) == expected.map(\.0))
    #expect(zip(results, expected).allSatisfy { abs($0.score - $1.1) < 1e-6 })
    if weight == 0 { #expect(results.map(\.piece.id) == plain.map(\.piece.id)) }
  }

  @Test("diversity puts a piece that says something else before one that repeats")
  func diversity() async throws {
    let library = try await SampleLibrary([
      ("a.txt", "red lamp means power"), ("b.txt", "red lamp means power"), ("c.txt", "lamp holder size"),
      ("d.txt", "garden hose"),
    ])
    var plan = SearchPlan(mode: .vector, count: 2)
    #expect(
      try await library.search(plan).search("red lamp").results.map(\.piece.document) == ["a.txt", "b.txt"])
    plan.diversity = Diversity(balance: 0.4)
    let (results, trace) = try await library.search(plan).search("red lamp")
    #expect(results.first?.piece.document == "a.txt")
    #expect(results.last?.piece.document != "b.txt")
    #expect(trace.entries.last?.stage == .diversity)
  }

  @Test("several wordings are searched for one by one and fused by rank")
  func wordings() async throws {
    let library = try await SampleLibrary()
    let search = library.search(SearchPlan(mode: .keyword, count: 2))
    let (results, trace) = try await search.search([SearchQuestion("vinegar"), SearchQuestion("warranty")])
    #expect(
      Set(results.map(\.piece.piece.text))
        == ["Descale the kettle with vinegar every month.", "The router has a warranty of 24 months."])
    #expect(trace.entries.map(\.stage) == [.keyword, .keyword, .fusion])
  }

  @Test("filters keep to the documents they name")
  func filters() async throws {
    let library = try await SampleLibrary()
    try await library.add("spare.txt", "A router in the cellar.", metadata: ["room": "cellar"])
    let plan = SearchPlan(count: 9, filter: .equals("room", "cellar"))
    #expect(try await library.search(plan).search("router").results.map(\.piece.document) == ["spare.txt"])
  }

  @Test("the same search gives the same results, at the same time or again")
  func repeatable() async throws {
    let library = try await SampleLibrary()
    let search = library.search(SearchPlan(count: 9, diversity: Diversity()))
    let first = try await search.search("reset the router").results
    let others = try await withThrowingTaskGroup(of: [ScoredPiece].self) { group in
      for _ in 0..<6 { group.addTask { try await search.search("reset the router").results } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(others.allSatisfy { $0 == first })
  }

  @Test("numbers that no search can go by are refused by name")
  func refused() async throws {
    let library = try await SampleLibrary()
    let reranker = ScriptedReranker { _, _ in 0 }
    let plans: [(SearchPlan, String)] = [
      (SearchPlan(count: 0), "results"), (SearchPlan(candidates: -1), "candidates"),
      (SearchPlan(reranking: .scored(by: reranker, candidates: -1)), "reranking"),
      (SearchPlan(reranking: .scored(by: reranker, candidates: 5, weight: 1.5)), "weight of reranking"),
      (SearchPlan(reranking: .scored(by: reranker, candidates: 5, weight: .nan)), "weight of reranking"),
      (SearchPlan(diversity: Diversity(balance: .nan)), "diversity"),
      (SearchPlan(decay: TimeDecay(halfLifeDays: 0)), "half-life"),
      (SearchPlan(decay: TimeDecay(halfLifeDays: 1, weight: 2)), "weight"),
      (SearchPlan(threshold: 1.5), "threshold"), (SearchPlan(widening: .max), "widening"),
    ]
    for (plan, name) in plans {
      let error = await #expect(throws: RetrievalError.self) { try await library.search(plan).search("router") }
      #expect(error?.code == .invalidSetting)
      #expect(error?.context.contains(name) == true)
    }
    for question in ["", " \n"] {
      let error = await #expect(throws: RetrievalError.self) { try await library.search().search(question) }
      #expect(error?.code == .invalidSetting)
    }
  }

  @Test("an embedder or a reranker that does not answer what was asked is an error, never a wrong list")
  func brokenModels() async throws {
    let library = try await SampleLibrary()
    let short = ScriptedEmbedder(dimension: WordVectors.dimension) { _, _ in [1, 2] }
    let search = KnowledgeSearch(library.store, embedder: short) { 0 }
    let error = await #expect(throws: RetrievalError.self) { try await search.search("router") }
    #expect(error?.code == .model)
    #expect(error?.hint.contains("words") == true)
    let plan = SearchPlan(reranking: .scored(by: ScriptedReranker { _, _ in .nan }, candidates: 5))
    let other = await #expect(throws: RetrievalError.self) { try await library.search(plan).search("router") }
    #expect(other?.code == .model)
  }
}
