import InkChat

extension [GeneratedToken] {
  /// Tokens as text completions tell them: four lists of the same length.
  ///
  /// - Parameter offset: characters (Unicode scalars) of the returned text before the first token.
  func completionDetails(from offset: Int) -> JSONValue {
    var offsets: [JSONValue] = []
    var position = offset
    for token in self {
      offsets.append(.integer(Int64(position)))
      position += token.chosen.piece.unicodeScalars.count
    }
    return [
      "tokens": .array(map { .string($0.chosen.piece) }),
      "token_logprobs": .array(map { $0.chosen.logProbability.map { .number(Double($0.finite)) } ?? .null }),
      "top_logprobs": .array(map(\.alternativesByText)), "text_offset": .array(offsets),
    ]
  }
}

extension GeneratedToken {
  /// The most probable tokens by their text; the chosen one is among them. `null` for a text's first token. Two tokens of
  /// the same text (parts of characters) share an entry, which keeps the chosen one's or the better probability.
  fileprivate var alternativesByText: JSONValue {
    guard let probability = chosen.logProbability else { return .null }
    var members: [JSONMember] = []
    var texts: Set<String> = [chosen.piece]
    var isChosenListed = false
    for alternative in alternatives {
      if alternative.token == chosen.token { isChosenListed = true }
      guard alternative.token == chosen.token || texts.insert(alternative.piece).inserted else { continue }
      members.append(
        JSONMember(alternative.piece, .number(Double((alternative.logProbability ?? TokenLogProbability.least).finite)))
      )
    }
    if !isChosenListed { members.append(JSONMember(chosen.piece, .number(Double(probability.finite)))) }
    return .object(members)
  }
}

extension Float {
  /// JSON has no infinities: a token that cannot be is told as one that hardly can.
  fileprivate var finite: Float { Swift.max(self, TokenLogProbability.least) }
}
