public import InkChat

extension RemoteTextModel {
  public func tokenize(_ text: String, specialTokens: SpecialTokenRule) async throws(GenerationError) -> [Int32] {
    let (adds, parses) =
      switch specialTokens {
      case .none: (false, false)
      case .added: (true, false)
      case .recognised: (false, true)
      case .addedAndRecognised: (true, true)
      }
    let body: JSONValue
    switch stream.transport.dialect {
    case .openAI: throw .inexpressible("tokens of a text", .openAI)
    case .vLLM:
      // Its tokenizers always recognise special tokens; that makes a difference only where the text names one.
      body = ["model": .string(name), "prompt": .string(text), "add_special_tokens": .boolean(adds)]
    case .llamaCpp:
      body = ["content": .string(text), "add_special": .boolean(adds), "parse_special": .boolean(parses)]
    case .inkstone:
      body = [
        "model": .string(name), "prompt": .string(text), "add_special_tokens": .boolean(adds),
        "parse_special": .boolean(parses),
      ]
    }
    let answer = try await object(.root("/tokenize"), body)
    guard case .array(let values)? = answer["tokens"] else {
      throw .strangeAnswer("tokens", String(answer.text.prefix(200)))
    }
    var tokens: [Int32] = []
    for value in values {
      guard let token = value.tokenIdentifier else { throw .strangeAnswer("token ids", String(value.text.prefix(60))) }
      tokens.append(token)
    }
    return tokens
  }

  public func text(of tokens: [Int32]) async throws(GenerationError) -> String {
    let ids = JSONValue.array(tokens.map { .integer(Int64($0)) })
    let body: JSONValue
    switch stream.transport.dialect {
    case .openAI: throw .inexpressible("text of tokens", .openAI)
    case .vLLM, .inkstone: body = ["model": .string(name), "tokens": ids]
    case .llamaCpp: body = ["tokens": ids]
    }
    let answer = try await object(.root("/detokenize"), body)
    guard case .string(let text)? = answer["prompt"] ?? answer["content"] else {
      throw .strangeAnswer("a text", String(answer.text.prefix(200)))
    }
    return text
  }

  /// Probabilities of given tokens. Alternatives have an id where the endpoint is vLLM, and their text otherwise.
  public func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int
  ) async throws(GenerationError) -> [GeneratedToken] {
    guard positions.lowerBound >= 1, positions.upperBound <= tokens.count, alternatives >= 0 else {
      throw GenerationError(
        code: .invalidInput, context: "positions", expected: "a range inside 1 ..< \(tokens.count)",
        found: "\(positions)")
    }
    guard tokens.count <= contextLength else {
      throw GenerationError(
        code: .contextExceeded, context: "tokens", expected: "at most \(contextLength)", found: "\(tokens.count)")
    }
    guard !positions.isEmpty else { return [] }
    let needed = tokens[..<positions.upperBound]
    var members = [
      JSONMember("model", .string(name)), JSONMember("prompt", .array(needed.map { .integer(Int64($0)) })),
      JSONMember("echo", true), JSONMember("logprobs", .integer(Int64(alternatives))), JSONMember("temperature", 0),
    ]
    switch stream.transport.dialect {
    case .openAI, .llamaCpp: throw .inexpressible("probabilities of given tokens", stream.transport.dialect)
    case .vLLM: members += [JSONMember("max_tokens", 1), JSONMember("return_tokens_as_token_ids", true)]
    case .inkstone: members.append(JSONMember("max_tokens", 0))
    }
    let answer = try await object(.versioned("/completions"), .object(members))
    guard case .array(let choices)? = answer["choices"], let told = choices.first?["logprobs"],
      let details = TokenDetailReader.tokens(of: told), details.count >= needed.count
    else {
      throw .strangeAnswer("probabilities of \(needed.count) tokens", String(answer.text.prefix(200)))
    }
    return positions.map { position in
      var token = details[position]
      token.chosen.token = tokens[position]
      token.alternatives = Array(token.alternatives.prefix(alternatives))
      return token
    }
  }

  private func object(_ path: RemoteRequest.Path, _ body: JSONValue) async throws(GenerationError) -> JSONValue {
    try await stream.transport.object(RemoteRequest(path: path, body: body, model: name), clock: stream.clock)
  }
}
