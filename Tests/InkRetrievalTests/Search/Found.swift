import InkRetrieval

/// A found piece of a number and a score, for tests that look at orders alone.
func found(_ id: Int64, _ score: Double) -> ScoredPiece {
  let text = "piece \(id)"
  return ScoredPiece(
    StoredPiece(
      id: id, documentID: id, document: "d\(id)", sha256: "", position: 0,
      piece: Piece(range: 0..<text.utf8.count, text: text)),
    score: score)
}
