package import InkChat

/// An answer as `generate --json` and `chat --json` print it.
package struct AnswerReport: Sendable {
  /// All of the answer's text.
  package var text = ""
  /// The detail of each token, when it was asked for.
  package var tokens: [GeneratedToken] = []
  /// How the answer ended.
  package var result: GenerationResult
  /// How long the model took to load.
  package var loading: Duration?
  /// What was paid in the conversation until now; nil where tokens have no price.
  package var paid: Double?

  /// A report with every field given.
  package init(text: String, tokens: [GeneratedToken] = [], result: GenerationResult, loading: Duration? = nil) {
    self.text = text
    self.tokens = tokens
    self.result = result
    self.loading = loading
  }

  /// Prompt tokens computed in a second; nil when all came from a cache or no time passed.
  package var promptRate: Double? {
    Self.rate(result.counts.prompt - result.counts.cachedPrompt, result.timings.prompt)
  }

  /// Answer tokens computed in a second. The first one follows from the prompt and costs no step of its own, the token
  /// that ends an answer costs one.
  package var decodeRate: Double? {
    let steps =
      switch result.finishReason {
      case .endToken: result.counts.completion
      case .stopString, .length, .contextFull, .toolCalls, .cancelled: result.counts.completion - 1
      }
    return Self.rate(steps, result.timings.decode)
  }

  private static func rate(_ count: Int, _ time: Duration) -> Double? {
    guard count > 0, time > .zero else { return nil }
    return Double(count) / time.inSeconds
  }

  /// The JSON object. `logprobs` is there when the tokens' detail is.
  package var json: Report {
    var timings: [JSONMember] = []
    if let loading { timings.append(JSONMember("load_seconds", .number(loading.inSeconds))) }
    timings.append(JSONMember("prompt_tokens_per_second", promptRate.map { .number($0) } ?? .null))
    timings.append(JSONMember("decode_tokens_per_second", decodeRate.map { .number($0) } ?? .null))
    var members = [
      JSONMember("text", .string(text)), JSONMember("prompt_tokens", .tokens(result.promptTokens)),
      JSONMember("tokens", .tokens(result.tokens)),
      JSONMember("finish_reason", .string("\(result.finishReason)")), JSONMember("timings", .object(timings)),
    ]
    if let paid { members.append(JSONMember("cost", .number(paid))) }
    if !tokens.isEmpty { members.append(JSONMember("logprobs", .array(tokens.map(Self.json)))) }
    return .object(members)
  }

  private static func json(_ token: GeneratedToken) -> Report {
    var members = members(token.chosen)
    members.append(JSONMember("top", .array(token.alternatives.map { .object(Self.members($0)) })))
    return .object(members)
  }

  private static func members(_ token: TokenLogProbability) -> [JSONMember] {
    [
      JSONMember("token", .integer(Int64(token.token))), JSONMember("piece", .string(token.piece)),
      JSONMember("logprob", token.logProbability.map { .single($0) } ?? .null),
    ]
  }

  /// The line of remarks after an answer.
  package var remark: String {
    var parts = ["\(result.counts.completion) tokens"]
    if let rate = decodeRate { parts.append("\(Amount.decimal(rate, digits: 1)) tokens/s") }
    var prompt = "prompt \(result.counts.prompt)"
    if result.counts.cachedPrompt > 0 { prompt += " (\(result.counts.cachedPrompt) reused)" }
    if let rate = promptRate { prompt += " at \(Amount.decimal(rate, digits: 0)) tokens/s" }
    parts.append(prompt)
    switch result.finishReason {
    case .endToken, .stopString, .toolCalls: break
    case .length: parts.append("stopped at the limit of tokens")
    case .contextFull: parts.append("stopped because the context is full")
    case .cancelled: parts.append("stopped")
    }
    if let paid { parts.append("\(Amount.decimal(paid, digits: 6)) paid until now") }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
