/// Which program answers at an endpoint, and so which fields it understands beyond OpenAI's own.
public enum EndpointDialect: String, Sendable, Hashable, CaseIterable {
  /// OpenAI itself, or a server of which nothing more is known.
  case openAI = "openai"
  /// vLLM.
  case vLLM = "vllm"
  /// The server of llama.cpp.
  case llamaCpp = "llamacpp"
  /// `inkstone serve`.
  case inkstone
}
