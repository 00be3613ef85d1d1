extension KnowledgeSearch {
  /// What is searched for of a wording. The quotation marks of a made-up passage ask for nothing.
  func words(of question: SearchQuestion) -> String {
    switch question.kind {
    case .question: question.text
    case .passage: PhraseQuery(question.text).words
    }
  }

  /// The list of words beside a list of vectors, by those words of a question that tell what it is about. Where no
  /// piece holds a phrase, its words count alone, so that a title in quotation marks does not silence half of the search.
  func wordList(_ question: SearchQuestion, _ depth: Int) async throws(RetrievalError) -> [ScoredPiece] {
    let found = try await store.search(words: AskedWords.of(words(of: question)), count: depth, filter: plan.filter)
    let query = PhraseQuery(question.text)
    guard found.isEmpty, !query.phrases.isEmpty else { return found }
    return try await store.search(words: AskedWords.of(query.words), count: depth, filter: plan.filter)
  }

  /// One list of a list of words and one of vectors.
  func fused(
    _ question: SearchQuestion, _ words: [ScoredPiece], _ near: [ScoredPiece], _ vector: [Float], by fusion: Fusion
  ) async throws(RetrievalError) -> [ScoredPiece] {
    switch fusion {
    case .reciprocalRank: return try fusion.merge([FusionList(words), FusionList(near)])
    case .weighted:
      // Function words count here: where the documents hold none of them, they are in another language, and what a
      // few names find says little.
      let bound = words.isEmpty ? 0 : try await store.greatestScore(words: self.words(of: question))
      let all = near + (try await cosines(of: words, beside: near, to: vector))
      return try fusion.merge([
        FusionList(words, scale: .bounded(bound)), FusionList(all.sorted(by: ScoredPiece.better)),
      ])
    }
  }

  /// How near those pieces of a list are that another one lacks. Pieces that went meanwhile are left out.
  private func cosines(
    of words: [ScoredPiece], beside near: [ScoredPiece], to vector: [Float]
  ) async throws(RetrievalError) -> [ScoredPiece] {
    let known = Set(near.map(\.piece.id))
    let others = words.filter { !known.contains($0.piece.id) }
    guard !others.isEmpty else { return [] }
    return zip(others, try await store.vectors(others.map(\.piece.id))).compactMap { found, stored in
      stored.map { ScoredPiece(found.piece, score: cosine(vector, $0)) }
    }
  }
}
