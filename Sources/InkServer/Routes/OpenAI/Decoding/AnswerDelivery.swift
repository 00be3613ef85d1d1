/// How an answer reaches the client.
enum AnswerDelivery: Sendable, Hashable {
  /// In one piece.
  case whole
  /// As it is made.
  case stream(StreamUsage)

  /// Whether a stream tells at its end how many tokens it took.
  enum StreamUsage: Sendable, Hashable {
    case left
    case included
  }
}

extension RequestFields {
  /// `stream` and `stream_options`.
  mutating func delivery() throws(ServerError) -> AnswerDelivery {
    let streams = try boolean("stream") ?? false
    let usage = try object("stream_options") { (options) throws(ServerError) -> AnswerDelivery.StreamUsage in
      options.ignore("include_obfuscation", "continuous_usage_stats")
      return try options.boolean("include_usage") == true ? .included : .left
    }
    guard streams else {
      guard usage == nil else { throw invalid("stream_options", "absent where \"stream\" is not true") }
      return .whole
    }
    return .stream(usage ?? .left)
  }
}
