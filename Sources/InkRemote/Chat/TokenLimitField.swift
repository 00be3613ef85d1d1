/// How an endpoint is told the most tokens of an answer.
public enum TokenLimitField: String, Sendable, Hashable, CaseIterable {
  /// As most servers expect it.
  case maxTokens = "max_tokens"
  /// As OpenAI's newer models insist on.
  case maxCompletionTokens = "max_completion_tokens"

  /// What endpoints of a kind expect.
  public init(for dialect: EndpointDialect) {
    switch dialect {
    case .openAI: self = .maxCompletionTokens
    case .vLLM, .llamaCpp, .inkstone: self = .maxTokens
    }
  }
}
