/// What an embedding will be used for; some models were trained with another prefix for each.
public enum EmbeddingPurpose: Sendable, Hashable, CaseIterable {
  case query, document, comparison
}
