import InkChat

/// Reads what an endpoint tells of the tokens of an answer, in the form of chats or of raw completions.
struct TokenDetailReader: Sendable {
  private let detail: GenerationOptions.TokenDetail
  /// Ids of the tokens, of those that have one.
  private(set) var identifiers: [Int32] = []
  /// Tokens of which details were told.
  private(set) var count = 0

  init(_ detail: GenerationOptions.TokenDetail) {
    self.detail = detail
  }

  /// The events of one entry of `choices`.
  mutating func events(of choice: JSONValue) -> [GenerationEvent] {
    var ids: [Int32] = []
    if case .array(let values)? = choice["token_ids"] { ids = values.map { $0.tokenIdentifier ?? -1 } }
    var tokens = choice["logprobs"].flatMap { Self.tokens(of: $0) } ?? []
    if tokens.isEmpty {
      tokens = ids.map { GeneratedToken(chosen: TokenLogProbability(token: $0, logProbability: nil)) }
    } else if ids.count == tokens.count {
      for index in tokens.indices { tokens[index].chosen.token = ids[index] }
    }
    identifiers += tokens.map(\.chosen.token).filter { $0 >= 0 }
    switch detail {
    case .none: return []
    case .identifiers:
      count += tokens.count
      return tokens.map { token in
        let chosen = TokenLogProbability(token: token.chosen.token, piece: token.chosen.piece, logProbability: nil)
        return .token(GeneratedToken(chosen: chosen))
      }
    case .logProbabilities(let alternatives):
      count += tokens.count
      return tokens.map { token in
        .token(GeneratedToken(chosen: token.chosen, alternatives: Array(token.alternatives.prefix(alternatives))))
      }
    }
  }

  /// The tokens of `logprobs`; nil where there are none.
  static func tokens(of details: JSONValue) -> [GeneratedToken]? {
    if case .array(let entries)? = details["content"] { return entries.map { GeneratedToken($0) } }
    guard case .array(let pieces)? = details["tokens"] else { return nil }
    var probabilities: [JSONValue] = []
    if case .array(let values)? = details["token_logprobs"] { probabilities = values }
    var alternatives: [JSONValue] = []
    if case .array(let values)? = details["top_logprobs"] { alternatives = values }
    return pieces.enumerated().map { index, piece in
      let probability = index < probabilities.count ? probabilities[index].real : nil
      let chosen = TokenLogProbability(text: piece.filledText ?? "", logProbability: probability)
      var others: [TokenLogProbability] = []
      if index < alternatives.count, case .object(let members) = alternatives[index] {
        others = members.map { TokenLogProbability(text: $0.name, logProbability: $0.value.real) }
        others.sort { $0.logProbability ?? -.infinity > $1.logProbability ?? -.infinity }
      }
      return GeneratedToken(chosen: chosen, alternatives: others)
    }
  }
}

extension GeneratedToken {
  /// An entry of `logprobs.content`.
  fileprivate init(_ entry: JSONValue) {
    var alternatives: [TokenLogProbability] = []
    if case .array(let entries)? = entry["top_logprobs"] { alternatives = entries.map { TokenLogProbability($0) } }
    self.init(chosen: TokenLogProbability(entry), alternatives: alternatives)
  }
}

extension TokenLogProbability {
  fileprivate init(_ entry: JSONValue) {
    self.init(
      token: entry["id"]?.tokenIdentifier ?? -1, piece: entry["token"]?.filledText ?? "",
      logProbability: entry["logprob"]?.real.map { Float($0) })
  }

  /// A token as raw completions tell it: its text, or `token_id:` and its id where vLLM was asked for ids.
  fileprivate init(text: String, logProbability: Double?) {
    let mark = "token_id:"
    let id = text.hasPrefix(mark) ? Int32(text.dropFirst(mark.count)) : nil
    self.init(token: id ?? -1, piece: id == nil ? text : "", logProbability: logProbability.map { Float($0) })
  }
}
