import InkChat

extension ChatRequestBody {
  mutating func addSampling(_ options: GenerationOptions) throws(GenerationError) {
    let sampling = options.sampling
    if let limit = options.maximumTokens { add(tokenLimitField.rawValue, .integer(Int64(limit))) }
    if !options.stopStrings.isEmpty {
      guard dialect != .openAI || options.stopStrings.count <= 4 else {
        throw .inexpressible("more than 4 stop strings", dialect)
      }
      add("stop", .array(options.stopStrings.map { .string($0) }))
    }
    add("temperature", try number("temperature", sampling.temperature))
    if let topP = sampling.topP { add("top_p", try number("top_p", topP)) }
    if let topK = sampling.topK { try addExtension("top_k", .integer(Int64(topK))) }
    if let minP = sampling.minP { try addExtension("min_p", number("min_p", minP)) }
    if let typicalP = sampling.typicalP { try addTypicalP(typicalP) }
    try addPenalties(sampling)
    try addBias(sampling.logitBias)
    try addSeed(sampling.seed)
    try addOrder(sampling.order)
  }

  /// The shortest decimal that is the same 32-bit number, so that 0.7 does not become 0.699999988.
  private func number(_ name: String, _ value: Float) throws(GenerationError) -> JSONValue {
    guard value.isFinite, let exact = Double("\(value)") else {
      throw GenerationError(code: .invalidOption, context: name, expected: "a finite number", found: "\(value)")
    }
    return .number(exact)
  }

  /// A field beyond OpenAI's.
  private mutating func addExtension(_ name: String, _ value: JSONValue) throws(GenerationError) {
    guard dialect != .openAI else { throw .inexpressible(name, dialect) }
    add(name, value)
  }

  private mutating func addTypicalP(_ value: Float) throws(GenerationError) {
    switch dialect {
    case .llamaCpp, .inkstone: add("typical_p", try number("typical_p", value))
    case .openAI, .vLLM: throw .inexpressible("typical_p", dialect)
    }
  }

  private mutating func addPenalties(_ sampling: SamplingParameters) throws(GenerationError) {
    if let penalty = sampling.frequencyPenalty { add("frequency_penalty", try number("frequency_penalty", penalty)) }
    if let penalty = sampling.presencePenalty { add("presence_penalty", try number("presence_penalty", penalty)) }
    if let penalty = sampling.repetitionPenalty {
      let name = dialect == .llamaCpp ? "repeat_penalty" : "repetition_penalty"
      try addExtension(name, number(name, penalty))
    }
    let usesFrequency = sampling.frequencyPenalty != nil || sampling.presencePenalty != nil
    guard dialect == .llamaCpp else {
      if usesFrequency, sampling.frequencyWindow != .answer {
        throw .inexpressible("window of frequency and presence penalties", dialect)
      }
      if sampling.repetitionPenalty != nil, sampling.repetitionWindow != .everything {
        throw .inexpressible("window of the repetition penalty", dialect)
      }
      return
    }
    // llama.cpp has one window for all penalties, over prompt and answer; its own meaning of OpenAI's two penalties
    // stands unless a repetition penalty asks for a window.
    guard sampling.repetitionPenalty != nil else { return }
    switch sampling.repetitionWindow {
    case .everything: add("repeat_last_n", -1)
    case .last(let count): add("repeat_last_n", .integer(Int64(count)))
    case .answer: throw .inexpressible("repetition penalty over the answer alone", dialect)
    }
  }

  private mutating func addBias(_ bias: [Int32: Float]) throws(GenerationError) {
    guard !bias.isEmpty else { return }
    let sorted = bias.sorted { $0.key < $1.key }
    if dialect == .llamaCpp {
      var pairs: [JSONValue] = []
      for (token, value) in sorted {
        let value: JSONValue = value == -.infinity ? false : try number("logit_bias", value)
        pairs.append([.integer(Int64(token)), value])
      }
      add("logit_bias", .array(pairs))
      return
    }
    var members: [JSONMember] = []
    for (token, value) in sorted {
      // OpenAI's -100 bans a token.
      let value = value == -.infinity ? -100 : value
      guard abs(value) <= 100 else { throw .inexpressible("logit_bias beyond -100 to 100", dialect) }
      members.append(JSONMember(String(token), try number("logit_bias", value)))
    }
    add("logit_bias", .object(members))
  }

  private mutating func addSeed(_ seed: UInt64?) throws(GenerationError) {
    guard let seed else { return }
    if dialect == .inkstone {
      // It reads a negative seed as the 64 bits it is made of.
      add("seed", .integer(Int64(bitPattern: seed)))
      return
    }
    // llama.cpp keeps 32 bits and takes the last of them for "none".
    let limit = dialect == .llamaCpp ? UInt64(UInt32.max) - 1 : UInt64(Int64.max)
    guard seed <= limit else { throw .inexpressible("a seed above \(limit)", dialect) }
    add("seed", .integer(Int64(seed)))
  }

  private mutating func addOrder(_ order: [SamplingParameters.Step]) throws(GenerationError) {
    guard order != SamplingParameters.standardOrder else { return }
    throw .inexpressible("order of the sampling steps", dialect)
  }
}
