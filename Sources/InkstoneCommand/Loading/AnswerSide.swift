package import InkRemote

/// Where a model answers, which decides what it can be asked for.
package enum AnswerSide: Sendable, Equatable {
  /// On this machine, where everything can be asked for.
  case local
  /// Behind an endpoint of a kind.
  case remote(EndpointDialect)

  /// Whether answers can be held to a form: a list of words, a schema.
  var holdsForms: Bool {
    switch self {
    case .local, .remote(.inkstone), .remote(.vLLM), .remote(.llamaCpp): true
    // It may hold to one or pass it over; nothing is known of it.
    case .remote(.openAI): false
    }
  }

  /// Whether answers can be held to a regular expression.
  var holdsExpressions: Bool {
    switch self {
    case .local, .remote(.inkstone), .remote(.vLLM): true
    case .remote(.llamaCpp), .remote(.openAI): false
    }
  }
}

extension EndpointDialect {
  /// The kind of an endpoint by what it says of its models; `openAI` where that says nothing.
  init(of models: [EndpointModel]) {
    if models.contains(where: { $0.owner == "vllm" }) {
      self = .vLLM
    } else if models.contains(where: { $0.owner == "llamacpp" }) {
      self = .llamaCpp
    } else if models.contains(where: { $0.owner == "inkstone" || $0.abilities != nil }) {
      self = .inkstone
    } else {
      self = .openAI
    }
  }
}
