public import InkChat

/// A search over a store: keyword and vector lists, fusion, threshold, decay, reranking, diversity.
public struct KnowledgeSearch: Retriever {
  /// Where the pieces are.
  public let store: any KnowledgeStore
  /// What turns questions into vectors; the one that made the pieces' vectors.
  public let embedder: any Embedder
  /// How a search goes.
  public var plan: SearchPlan
  /// Seconds since 1970, for the age of documents.
  private let now: @Sendable () -> Double

  /// A search.
  ///
  /// - Parameter now: seconds since 1970; read only when the plan lets scores decay.
  public init(
    _ store: any KnowledgeStore, embedder: any Embedder, plan: SearchPlan = SearchPlan(),
    now: @escaping @Sendable () -> Double
  ) {
    self.store = store
    self.embedder = embedder
    self.plan = plan
    self.now = now
  }

  public func retrieve(_ query: String, count: Int) async throws(RetrievalError) -> [ScoredPiece] {
    var search = self
    search.plan.count = count
    return try await search.search(query).results
  }

  /// The results, best first, and what each stage gave.
  ///
  /// - Throws: ``RetrievalError`` for an empty question, a setting out of range, a store or a model that fails.
  public func search(_ query: String) async throws(RetrievalError) -> (results: [ScoredPiece], trace: SearchTrace) {
    try await search([SearchQuestion(query)])
  }

  /// The results for several wordings of one question, fused by rank where there are several.
  public func search(
    _ questions: [SearchQuestion]
  ) async throws(RetrievalError) -> (results: [ScoredPiece], trace: SearchTrace) {
    guard let first = questions.first else {
      throw RetrievalError(.invalidSetting, context: "search", expected: "a question", found: "none")
    }
    try check(questions)
    var trace = SearchTrace()
    var vectors: [[Float]] = []
    if needsVectors { vectors = try await embed(questions, trace: &trace) }
    var found = try await candidates(questions, vectors: vectors, trace: &trace)
    if let threshold = plan.threshold {
      found = try await within(threshold, found, vectors: vectors)
      trace.note(.threshold, found)
    }
    if let decay = plan.decay {
      found = try await decayed(found, by: decay)
      trace.note(.decay, found)
    }
    switch plan.reranking {
    case .none: break
    case .scored(let reranker, let candidates, let weight):
      let best = Array(found.prefix(candidates))
      let judged = try await reranked(best, by: reranker, query: first.text)
      found = judged
      if weight < 1 {
        found = try Fusion.weighted([1 - weight, weight]).merge([FusionList(best), FusionList(judged)])
      }
      trace.note(.reranking, found)
    }
    if let diversity = plan.diversity {
      let pool = Array(found.prefix(max(plan.candidates, plan.count)))
      found = diversity.pick(plan.count, of: pool, vectors: try await store.vectors(pool.map(\.piece.id)))
      trace.note(.diversity, found)
    }
    return (Array(found.prefix(plan.count)), trace)
  }

  private func check(_ questions: [SearchQuestion]) throws(RetrievalError) {
    for question in questions where question.text.allSatisfy(\.isWhitespace) {
      throw RetrievalError(.invalidSetting, context: "search", expected: "a question", found: "an empty one")
    }
    try plan.check()
  }

  private var needsVectors: Bool {
    switch plan.mode {
    case .vector, .hybrid: true
    case .keyword: plan.threshold != nil
    }
  }

  private func embed(
    _ questions: [SearchQuestion], trace: inout SearchTrace
  ) async throws(RetrievalError) -> [[Float]] {
    var vectors: [[Float]] = []
    for question in questions {
      // A passage made up for the question is embedded as what it imitates.
      let purpose: EmbeddingPurpose = question.kind == .passage ? .document : .query
      if case .beginning(let tokens, let all) = embedder.extent(of: question.text, as: purpose) {
        trace.note(.questionCut(tokens: tokens, of: all))
      }
      do {
        vectors += try await embedder.embed([question.text], as: purpose)
      } catch {
        throw RetrievalError(error, context: "embedding the question")
      }
    }
    guard vectors.count == questions.count, vectors.allSatisfy({ $0.count == store.settings.dimension }) else {
      throw RetrievalError(
        .model, context: "embedding the question", expected: "vectors of \(store.settings.dimension) elements",
        found: "\(vectors.count) vectors of \(vectors.first?.count ?? 0)",
        hint: "Use the embedder that the base was made with: \(store.settings.embedder).")
    }
    return vectors
  }

  private func candidates(
    _ questions: [SearchQuestion], vectors: [[Float]], trace: inout SearchTrace
  ) async throws(RetrievalError) -> [ScoredPiece] {
    var lists: [[ScoredPiece]] = []
    let depth = max(plan.candidates, plan.count)
    for (index, question) in questions.enumerated() {
      var own: [[ScoredPiece]] = []
      switch plan.mode {
      case .keyword:
        own = [try await store.search(words: words(of: question), count: depth, filter: plan.filter)]
        trace.note(.keyword, own[0])
      case .vector:
        own = [try await store.search(vector: vectors[index], count: depth, filter: plan.filter)]
        trace.note(.vector, own[0])
      case .hybrid(let fusion):
        let words = try await wordList(question, depth)
        let near = try await store.search(vector: vectors[index], count: depth, filter: plan.filter)
        trace.note(.keyword, words)
        trace.note(.vector, near)
        own = [try await fused(question, words, near, vectors[index], by: fusion)]
        trace.note(.fusion, own[0])
      }
      lists += own
    }
    guard lists.count > 1 else { return lists.first ?? [] }
    let merged = try Fusion.reciprocalRank().merge(lists.map { FusionList($0) })
    trace.note(.fusion, merged)
    return merged
  }

  /// Those whose vector is near enough to one of the questions'.
  private func within(
    _ threshold: Double, _ found: [ScoredPiece], vectors: [[Float]]
  ) async throws(RetrievalError) -> [ScoredPiece] {
    let stored = try await store.vectors(found.map(\.piece.id))
    return zip(found, stored).filter { _, vector in
      guard let vector else { return false }
      return vectors.contains { cosine($0, vector) >= threshold }
    }.map(\.0)
  }

  private func decayed(_ found: [ScoredPiece], by decay: TimeDecay) async throws(RetrievalError) -> [ScoredPiece] {
    let moment = now()
    var ages: [String: Double] = [:]
    for name in Set(found.map(\.piece.document)) {
      ages[name] = moment - (try await store.document(named: name)?.updated ?? moment)
    }
    return found.map { result in
      ScoredPiece(result.piece, score: decay.decayed(result.score, age: ages[result.piece.document] ?? 0))
    }.sorted(by: ScoredPiece.better)
  }

  private func reranked(
    _ found: [ScoredPiece], by reranker: any Reranker, query: String
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard !found.isEmpty else { return [] }
    let scores: [Float]
    do {
      scores = try await reranker.scores(of: found.map(\.piece.piece.text), for: query)
    } catch {
      throw RetrievalError(error, context: "reranking")
    }
    guard scores.count == found.count, scores.allSatisfy({ !$0.isNaN }) else {
      throw RetrievalError(
        .model, context: "reranking", expected: "\(found.count) scores that are numbers",
        found: "\(scores.count) of which \(scores.count { $0.isNaN }) are none")
    }
    return zip(found, scores).map { ScoredPiece($0.piece, score: Double($1)) }.sorted(by: ScoredPiece.better)
  }
}
