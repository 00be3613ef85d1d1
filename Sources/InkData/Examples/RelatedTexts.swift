/// Texts that belong together or do not: what embedding models learn from.
public enum RelatedTexts: Sendable, Hashable {
  /// Two texts and how alike they are.
  case scored(String, String, score: Double)
  /// A text and one that belongs to it.
  case pair(anchor: String, positive: String)
  /// A text, one that belongs to it and those that do not.
  case contrast(anchor: String, positive: String, negatives: [String])
}
