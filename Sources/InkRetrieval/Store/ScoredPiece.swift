/// A piece that a search found.
public struct ScoredPiece: Sendable, Hashable {
  /// What was found.
  public var piece: StoredPiece
  /// How well it fits; higher is better. What the number means is the search's own: cosine, BM25, fusion, a reranker's.
  public var score: Double

  /// A found piece.
  public init(_ piece: StoredPiece, score: Double) {
    self.piece = piece
    self.score = score
  }
}
