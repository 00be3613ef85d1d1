/// What a search looks by.
public enum SearchMode: Sendable, Hashable {
  /// The words of the question, by BM25.
  case keyword
  /// Likeness of meaning, by the cosine of vectors.
  case vector
  /// Both, their lists fused; first the keyword list, then the vector list.
  case hybrid(Fusion = .balanced)
}
