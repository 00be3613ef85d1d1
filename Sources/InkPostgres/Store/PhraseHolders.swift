import InkRetrieval

/// The pieces that hold the phrases of a query, among those that a search gives.
struct PhraseHolders {
  private let phrases: AskedPhrases
  private let settings: KnowledgeSettings
  private let count: Int

  init(_ phrases: AskedPhrases, settings: KnowledgeSettings, count: Int) {
    self.phrases = phrases
    self.settings = settings
    self.count = count
  }

  /// The best of the first `limit`; a search is asked for more of them until there are enough.
  func first(
    atMost limit: Int, _ search: (_ depth: Int) async throws(RetrievalError) -> [ScoredPiece]
  ) async throws(RetrievalError) -> [ScoredPiece] {
    var held: [ScoredPiece] = []
    for depth in CandidateDepths(for: count, atMost: limit) {
      let found = try await search(depth)
      held = found.filter { phrases.areHeld(by: settings.searchedText(of: $0.piece.piece)) }
      if held.count >= count || found.count < depth { break }
    }
    return Array(held.prefix(count))
  }
}
