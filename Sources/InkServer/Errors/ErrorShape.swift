import InkChat

/// Whose form the errors of a route have.
public enum ErrorShape: Sendable, Hashable {
  /// `{"error": {"message", "type", "param", "code"}}`.
  case openAI
  /// `{"type": "error", "error": {"type", "message"}}`.
  case anthropic
  /// `{"error": "message"}`.
  case ollama

  /// The body of an error.
  func body(of error: ServerError, requestIdentifier: String? = nil) -> JSONValue {
    switch self {
    case .openAI: return error.body
    case .anthropic:
      var members = [
        JSONMember("type", "error"),
        JSONMember("error", ["type": .string(error.anthropicType), "message": .string(error.message)]),
      ]
      if let requestIdentifier { members.append(JSONMember("request_id", .string(requestIdentifier))) }
      return .object(members)
    case .ollama: return ["error": .string(error.message)]
    }
  }

  /// What descriptions say of such errors.
  var schema: JSONValue {
    switch self {
    case .openAI: Schema.reference("Error")
    case .anthropic:
      Schema.object(
        [
          Schema.member("type", Schema.word("error")),
          Schema.member(
            "error",
            Schema.object(
              [Schema.member("type", Schema.string), Schema.member("message", Schema.string)],
              required: ["type", "message"])),
        ], required: ["type", "error"])
    case .ollama: Schema.object([Schema.member("error", Schema.string)], required: ["error"])
    }
  }
}

extension ServerError {
  /// What Anthropic calls such an error.
  fileprivate var anthropicType: String {
    switch kind {
    case .invalidRequest, .methodNotAllowed, .requestTimeout, .conflict, .unsupportedMediaType, .notImplemented:
      "invalid_request_error"
    case .authentication: "authentication_error"
    case .permission: "permission_error"
    case .notFound: "not_found_error"
    case .tooLarge: "request_too_large"
    case .rateLimit: "rate_limit_error"
    case .server, .badGateway: "api_error"
    case .unavailable: "overloaded_error"
    case .timeout: "timeout_error"
    }
  }
}
