import InkChat

/// What every form of one response repeats.
struct ResponseHead: Sendable {
  /// How far it is.
  enum Status: Sendable, Hashable {
    case inProgress
    case completed
    /// Cut short, for a reason.
    case incomplete(String)
    case failed(ServerError)

    var word: String {
      switch self {
      case .inProgress: "in_progress"
      case .completed: "completed"
      case .incomplete: "incomplete"
      case .failed: "failed"
      }
    }
  }

  let identifier: StoredIdentifier
  let created: Int
  let model: String
  let echo: [JSONMember]

  /// The response in OpenAI's form.
  func object(_ status: Status, output: [JSONValue], counts: TokenCounts?) -> JSONValue {
    var reason = JSONValue.null
    var failure = JSONValue.null
    switch status {
    case .inProgress, .completed: break
    case .incomplete(let why): reason = ["reason": .string(why)]
    case .failed(let error): failure = ["code": .string(error.code ?? error.type), "message": .string(error.message)]
    }
    let members = [
      JSONMember("id", .string(identifier.description)), JSONMember("object", "response"),
      JSONMember("created_at", .integer(Int64(created))), JSONMember("status", .string(status.word)),
      JSONMember("background", false), JSONMember("error", failure), JSONMember("incomplete_details", reason),
      JSONMember("model", .string(model)), JSONMember("output", .array(output)),
      JSONMember("usage", counts?.responseUsage ?? .null), JSONMember("service_tier", "default"),
    ]
    return .object(members + echo)
  }
}

extension TokenCounts {
  /// `usage` as responses tell it.
  fileprivate var responseUsage: JSONValue {
    [
      "input_tokens": .integer(Int64(prompt)), "input_tokens_details": ["cached_tokens": .integer(Int64(cachedPrompt))],
      "output_tokens": .integer(Int64(completion)),
      "output_tokens_details": ["reasoning_tokens": .integer(Int64(reasoning))],
      "total_tokens": .integer(Int64(prompt + completion)),
    ]
  }
}
