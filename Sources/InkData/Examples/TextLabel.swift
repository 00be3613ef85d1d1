/// What a text is labelled with.
public enum TextLabel: Sendable, Hashable {
  /// One of several classes.
  case oneOf(ClassName)
  /// A number to predict.
  case score(Double)
}
