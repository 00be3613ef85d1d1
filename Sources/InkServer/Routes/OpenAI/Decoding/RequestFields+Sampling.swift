import InkChat

extension RequestFields {
  /// How tokens are chosen: `temperature`, `top_p`, `top_k`, `min_p`, `typical_p`, penalties, `logit_bias`, `seed`.
  mutating func sampling() throws(ServerError) -> SamplingParameters {
    var sampling = SamplingParameters()
    if let temperature = try number("temperature", in: 0...2) {
      // Below a millionth the division by it means nothing any more: that is greedy.
      sampling.temperature = temperature < 0.000_001 ? 0 : Float(temperature)
    }
    sampling.topP = try number("top_p", in: 0...1).map { Float($0) }
    // vLLM and others write -1 or 0 for "off".
    sampling.topK = try integer("top_k", in: -1...Int(Int32.max)).flatMap { $0 > 0 ? $0 : nil }
    sampling.minP = try number("min_p", in: 0...1).map { Float($0) }
    sampling.typicalP = try number("typical_p", in: 0...1).map { Float($0) }
    sampling.repetitionPenalty = try number("repetition_penalty", in: 0.01...100).map { Float($0) }
    sampling.frequencyPenalty = try number("frequency_penalty", in: -2...2).map { Float($0) }
    sampling.presencePenalty = try number("presence_penalty", in: -2...2).map { Float($0) }
    sampling.logitBias = try logitBias()
    sampling.seed = try integer("seed", in: Int.min...Int.max).map { UInt64(bitPattern: Int64($0)) }
    return sampling
  }

  private mutating func logitBias() throws(ServerError) -> [Int32: Float] {
    var biases: [Int32: Float] = [:]
    for member in try members("logit_bias") ?? [] {
      guard let token = Int32(member.name), token >= 0 else {
        throw invalid("logit_bias", "an object with token ids as names", found: .string(member.name))
      }
      guard let bias = member.value.number, (-100...100).contains(bias) else {
        throw invalid("logit_bias", "an object with numbers from -100 to 100", found: member.value)
      }
      biases[token] = Float(bias)
    }
    return biases
  }

  /// `stop`: a string or a few.
  mutating func stopStrings() throws(ServerError) -> [String] {
    let texts = try strings("stop", atMost: 64) ?? []
    guard !texts.contains("") else { throw invalid("stop", "made of texts that are not empty") }
    return texts
  }

  /// `priority`, as vLLM reads it: lower goes first.
  mutating func urgency(client: String) throws(ServerError) -> RequestUrgency {
    let priority = try integer("priority", in: -1_000_000...1_000_000) ?? 0
    return RequestUrgency(priority: -priority, client: client)
  }

  /// `n`, or another name for it: how many answers are wanted.
  mutating func choiceCount(_ name: String, _ limits: ServerLimits) throws(ServerError) -> Int? {
    try integer(name, in: 1...max(1, limits.choices))
  }

  /// Fields that other servers give a meaning which has none on one machine.
  mutating func ignoreHints() {
    ignore("metadata", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention")
  }
}

extension SamplingParameters {
  /// The parameters of one of several answers to a request: each has draws of its own, and a given seed makes all of them
  /// repeatable.
  func forChoice(_ index: Int) -> SamplingParameters {
    var parameters = self
    parameters.seed = seed.map { $0 &+ UInt64(index) }
    return parameters
  }
}
