public import InkInference

/// A model of this process that reads texts and writes none.
public enum LocalEncoder: Sendable {
  /// It makes vectors of sentences.
  case sentences(SentenceEncoder)
  /// It scores pairs of a query and a document.
  case pairs(CrossEncoder)
  /// It is to score pairs, but has no head for that: an adapter brings one.
  case headless
}
