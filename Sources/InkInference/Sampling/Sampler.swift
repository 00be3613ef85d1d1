public import InkChat
public import InkTensor
package import InkTokenizers

/// Chooses the tokens of one request from the model's logits.
///
/// The steps of `chain` are applied in order to a copy of the logits; then the best token is taken, or a token is drawn by
/// inverting the cumulated distribution in ascending order of ids. The draw for answer token n is number n of the
/// request's random stream: it depends on nothing else, so the same seed gives the same answer in any batch.
///
/// ```swift
/// var sampler = try Sampler(parameters: parameters, vocabularySize: logits.count)
/// sampler.observe(prompt: promptTokens)
/// let token = try sampler.sample(logits.span)
/// sampler.observe(token)
/// ```
public struct Sampler: Sendable {
  /// How the token is taken after the chain.
  public enum Choice: Sendable, Hashable {
    /// The best token, the lowest id on ties; steps that cannot change it are skipped.
    case greedy
    /// A draw from the distribution, with the numbers of this stream.
    case random(RandomStream)
  }

  /// The steps in the order they are applied.
  public let chain: [SamplerStep]
  /// How the token is taken after the chain.
  public let choice: Choice
  /// Number of logits in a row.
  public let vocabularySize: Int

  private var history = TokenHistory()
  // One for each step; only the penalties use theirs.
  private var counters: [TokenCounter?]
  private var field: LogitField
  private let changesBestToken: Bool
  /// The biases, where nothing else can change the best token.
  private let onlyBiases: [Int32: Float]?

  /// The sampler that parameters describe.
  ///
  /// - Parameters:
  ///   - parameters: temperature 0 makes the choice greedy; a nil seed is replaced by one from the system.
  ///   - vocabularySize: number of logits in a row.
  /// - Throws: `invalidOption` that names the parameter.
  public init(parameters: SamplingParameters, vocabularySize: Int) throws(GenerationError) {
    try SamplerStep.require(
      parameters.temperature >= 0 && parameters.temperature.isFinite, "temperature", "a number of at least 0",
      "\(parameters.temperature)")
    let choice: Choice
    if parameters.temperature == 0 {
      choice = .greedy
    } else {
      let seed = parameters.seed ?? UInt64.random(in: .min ... .max)
      choice = .random(RandomStream(seed: seed, name: "sampling"))
    }
    try self.init(
      chain: SamplerStep.chain(for: parameters), choice: choice, vocabularySize: vocabularySize)
  }

  /// A sampler with steps of one's own.
  ///
  /// - Throws: `invalidOption` that names the step's value.
  public init(chain: [SamplerStep], choice: Choice, vocabularySize: Int) throws(GenerationError) {
    try SamplerStep.require(
      vocabularySize >= 1 && vocabularySize <= Int(Int32.max), "vocabulary size", "1 to \(Int32.max)",
      "\(vocabularySize)")
    for step in chain { try step.validate(vocabularySize: vocabularySize) }
    self.chain = chain
    self.choice = choice
    self.vocabularySize = vocabularySize
    field = LogitField(vocabularySize: vocabularySize)
    let changes = chain.filter { !$0.keepsOrder }
    changesBestToken = !changes.isEmpty
    onlyBiases = if changes.count == 1, case .logitBias(let biases) = changes[0] { biases } else { nil }
    counters = chain.map { step in
      switch step {
      case .repetitionPenalty(_, let window), .occurrencePenalty(_, _, let window): TokenCounter(window: window)
      case .logitBias, .sequenceBias, .noRepeatedRun, .minimumLength, .temperature, .topK, .topP, .minP, .typicalP,
        .epsilonCutoff, .etaCutoff:
        nil
      }
    }
  }

  /// Takes note of the prompt; to be called before the first `sample`.
  public mutating func observe(prompt: [Int32]) {
    for token in prompt {
      history.append(prompt: token)
      countLast()
    }
  }

  /// Takes note of the next token of the answer, sampled or forced.
  public mutating func observe(_ token: Int32) {
    history.append(answer: token)
    countLast()
  }

  /// Chooses the next token. Calling it again without `observe` gives the same token.
  ///
  /// - Parameter logits: the model's raw logits, [vocabularySize]; left as they are.
  /// - Throws: `invalidInput` for another number of logits; `numericalFailure` for a NaN or plus infinity among the
  ///   logits or when the chain forbids every token.
  public mutating func sample(_ logits: Span<Float>) throws(GenerationError) -> Int32 {
    try check(logits)
    switch choice {
    case .greedy:
      let peak = try LogitPeak(of: logits)
      guard changesBestToken else { return peak.token }
      if let onlyBiases, let token = peak.token(biased: onlyBiases, in: logits) { return token }
      field.load(logits)
      for index in chain.indices where !chain[index].keepsOrder { apply(index) }
      return try LogitPeak(of: field.row.span).token
    case .random(let stream):
      _ = try LogitPeak(of: logits)
      field.load(logits)
      return try draw(from: stream)
    }
  }

  private mutating func draw(from stream: RandomStream) throws(GenerationError) -> Int32 {
    for index in chain.indices { apply(index) }
    let uniform = stream.uniform(at: UInt64(history.answerCount))
    guard let token = field.draw(uniform: uniform) else {
      throw GenerationError(
        code: .numericalFailure, context: "sampling answer token \(history.answerCount)",
        expected: "a permitted token with a finite logit", found: "none after the chain",
        hint: "Loosen the logit bias, the penalties or the bans.")
    }
    return token
  }

  /// Chooses the next token among those that a mask permits. The steps of the chain see no others.
  ///
  /// - Throws: as `sample`; `numericalFailure` when the chain forbids every permitted token.
  package mutating func sample(
    _ logits: Span<Float>, permitting mask: TokenMask
  ) throws(GenerationError) -> Int32 {
    try check(logits)
    _ = try LogitPeak(of: logits)
    field.load(logits)
    field.keep(mask)
    switch choice {
    case .greedy:
      for index in chain.indices where !chain[index].keepsOrder { apply(index) }
      return try LogitPeak(of: field.row.span).token
    case .random(let stream): return try draw(from: stream)
    }
  }

  /// The logits after the whole chain, minus infinity where a token was removed, [vocabularySize].
  ///
  /// - Throws: as `sample`, except that a chain may forbid every token.
  public mutating func processed(_ logits: Span<Float>) throws(GenerationError) -> [Float] {
    try check(logits)
    _ = try LogitPeak(of: logits)
    field.load(logits)
    for index in chain.indices { apply(index) }
    return field.wholeRow()
  }

  private func check(_ logits: Span<Float>) throws(GenerationError) {
    guard logits.count == vocabularySize else {
      throw GenerationError(
        code: .invalidInput, context: "sampling", expected: "\(vocabularySize) logits", found: "\(logits.count)")
    }
  }

  private mutating func countLast() {
    for index in counters.indices { counters[index]?.noteLast(of: history) }
  }
}

extension Sampler {
  private mutating func apply(_ index: Int) {
    switch chain[index] {
    case .temperature(let temperature): field.divide(by: temperature)
    case .topK(let count): field.keepTop(count)
    case .topP(let sum): field.keepMass(sum)
    case .minP(let fraction): field.keepFraction(fraction)
    case .typicalP(let sum): field.keepTypical(sum)
    case .epsilonCutoff(let bound): field.keepProbable { _ in bound }
    case .etaCutoff(let eta): field.keepProbable { min(eta, eta.squareRoot() * Self.exponential(-$0.entropy)) }
    case .logitBias(let biases): field.add(biases)
    case .sequenceBias(let biases):
      let history = history
      field.add(biases.filter { history.ends(in: $0.tokens.dropLast()) })
    case .noRepeatedRun(let size): field.forbid(history.completions(ofRunsOf: size))
    case .minimumLength(let tokens, let endTokens):
      if history.answerCount < tokens { field.forbid(endTokens) }
    case .repetitionPenalty(let penalty, _): field.penalise(counters[index]?.entries ?? [], repetition: penalty)
    case .occurrencePenalty(let frequency, let presence, _):
      field.penalise(counters[index]?.entries ?? [], frequency: frequency, presence: presence)
    }
  }

  private static func exponential(_ exponent: Float) -> Float {
    SoftmaxWeights.exponential(SIMD8(repeating: exponent))[0]
  }
}
