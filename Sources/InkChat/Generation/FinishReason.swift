/// Why an answer ended.
public enum FinishReason: Sendable, Hashable, CustomStringConvertible {
  /// The model produced a token that ends its turn; nil when the source does not tell which.
  case endToken(Int32?)
  /// A stop string appeared; it is not part of the text.
  case stopString(String)
  /// The asked number of tokens is reached.
  case length
  /// The model's context is full.
  case contextFull
  /// The model asks for tools to be called.
  case toolCalls
  /// The answer was cancelled.
  case cancelled

  /// The short name that programs exchange: stop, length, tool_calls or cancelled.
  public var description: String {
    switch self {
    case .endToken, .stopString: "stop"
    case .length, .contextFull: "length"
    case .toolCalls: "tool_calls"
    case .cancelled: "cancelled"
    }
  }
}
