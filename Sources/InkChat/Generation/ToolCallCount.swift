/// How many tools the model may call in one answer.
public enum ToolCallCount: Sendable, Hashable {
  case atMostOne
  case any
}
