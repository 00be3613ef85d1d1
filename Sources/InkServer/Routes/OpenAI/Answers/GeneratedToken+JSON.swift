import InkChat

extension GeneratedToken {
  /// A token as chat completions tell it.
  var json: JSONValue {
    var members = chosen.members
    members.append(JSONMember("top_logprobs", .array(alternatives.map { .object($0.members) })))
    return .object(members)
  }
}

extension TokenLogProbability {
  /// What OpenAI writes for a probability too small to tell.
  static let least: Float = -9999

  fileprivate var members: [JSONMember] {
    [
      JSONMember("token", .string(piece)),
      JSONMember("logprob", .number(Double(max(logProbability ?? Self.least, Self.least)))),
      JSONMember("bytes", isWhole ? .array(piece.utf8.map { .integer(Int64($0)) }) : .null),
    ]
  }

  /// Whether the piece is the token's own text: a part of a character shows as U+FFFD, and its bytes are not known.
  private var isWhole: Bool { !piece.unicodeScalars.contains("\u{FFFD}") }
}
