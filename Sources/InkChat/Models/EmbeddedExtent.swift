/// How much of a text goes into its vector.
public enum EmbeddedExtent: Sendable, Hashable {
  /// All of it.
  case whole
  /// So many tokens from its beginning, of all that it has.
  case beginning(tokens: Int, of: Int)
  /// The model's side does not tell.
  case unknown
}
