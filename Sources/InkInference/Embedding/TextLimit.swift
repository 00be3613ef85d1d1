/// What happens to a text with more tokens than a model reads.
public enum TextLimit: Sendable, Hashable {
  /// It is refused.
  case refuse
  /// Its end is left out.
  case cut
}
