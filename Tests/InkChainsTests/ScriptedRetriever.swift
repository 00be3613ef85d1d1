import InkRetrieval

/// A search whose finds are computed by a closure, the texts best first.
struct ScriptedRetriever: Retriever {
  let find: @Sendable (String) throws(RetrievalError) -> [String]

  func retrieve(_ query: String, count: Int) async throws(RetrievalError) -> [ScoredPiece] {
    try find(query).prefix(count).enumerated().map { position, text in
      ScoredPiece(
        StoredPiece(
          id: Int64(position), documentID: 1, document: "book.md", sha256: "00", position: position,
          piece: Piece(range: 0..<text.utf8.count, text: text)), score: 1 - Double(position) / 10)
    }
  }
}
