/// Whether the model calls tools.
public enum ToolChoice: Sendable, Hashable {
  /// As the model sees fit.
  case automatic
  /// Not at all: the tools are described to it, but its answer is text.
  case none
  /// At least one.
  case required
  /// The one of that name.
  case named(String)
}
