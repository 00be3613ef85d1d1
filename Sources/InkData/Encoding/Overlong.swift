/// What becomes of samples that are longer than the context.
public enum Overlong: Sendable, Hashable {
  /// The first one is an error.
  case refuse
  /// The end is cut away.
  case truncateEnd
  /// The beginning is cut away.
  case truncateStart
  /// Text is divided into samples one behind the other, none of whose tokens is lost; other samples are refused.
  case split
}
