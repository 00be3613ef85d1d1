/// The routes that a batch can ask.
enum BatchEndpoint: String, Sendable, Hashable, CaseIterable {
  case chat = "/v1/chat/completions"
  case completions = "/v1/completions"
  case embeddings = "/v1/embeddings"
  case responses = "/v1/responses"

  /// Whether requests may say how urgent they are.
  var knowsPriority: Bool {
    switch self {
    case .chat, .completions, .responses: true
    case .embeddings: false
    }
  }
}
