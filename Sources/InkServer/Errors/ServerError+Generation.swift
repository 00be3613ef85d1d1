package import InkChat

extension ServerError {
  /// What a client is told when a model could not answer.
  package init(_ error: GenerationError) {
    let message = error.publicDescription
    switch error.code {
    case .invalidOption: self.init(.invalidRequest, message, code: "invalid_value")
    case .invalidInput, .templateFailure: self.init(.invalidRequest, message, code: "invalid_value")
    case .contextExceeded: self.init(.invalidRequest, message, param: "messages", code: "context_length_exceeded")
    case .unsupported: self.init(.invalidRequest, message, code: "unsupported_value")
    case .overloaded: self.init(.rateLimit(retryAfter: 1), message, code: "queue_full")
    case .timedOut: self.init(.timeout, message, code: "timeout")
    case .unavailable: self.init(.unavailable(retryAfter: 1), message, code: "model_unavailable")
    case .notAuthorized: self.init(.badGateway, message, code: "upstream_authentication")
    case .cancelled: self.init(.invalidRequest, message, code: "cancelled")
    case .numericalFailure: self.init(.server, message, code: "numerical_failure")
    default: self.init(.server, message)
    }
    if !error.privateDetail.isEmpty { cause = error.description }
  }
}
