import InkChat
import InkModels
import InkTensor
import InkTokenizers

/// The state of one answer: the sampler, the end rules and the text that is on its way out.
struct Answer {
  private let tokenizer: Tokenizer
  private let options: GenerationOptions
  private let prompt: [Int32]
  private var shape: AnswerShape
  private var sampler: Sampler
  private var stops: StopStringMatcher
  private var text: TokenStream
  private(set) var rule: FinishRule
  private(set) var tokens: [Int32] = []
  private var callCount = 0
  private var reasoningCount = 0
  /// Tokens of the prompt that were taken from a cache.
  var cachedPrompt = 0

  /// Tokens of the prompt.
  var promptCount: Int { prompt.count }

  /// An answer of a language model.
  ///
  /// - Parameter contextLength: the most tokens of prompt and answer.
  init(
    model: LanguageModel, prompt: [Int32], contextLength: Int, shape: AnswerShape, options: GenerationOptions
  ) throws(GenerationError) {
    let rule = try FinishRule(
      endTokens: model.endTokens, maximumTokens: options.maximumTokens, promptTokens: prompt.count,
      contextLength: contextLength)
    try self.init(
      tokenizer: model.tokenizer, vocabulary: model.decoder.spec.vocabulary, prompt: prompt, before: prompt, rule: rule,
      shape: shape, options: options)
  }

  /// An answer of any kind of model.
  ///
  /// - Parameters:
  ///   - prompt: what is answered.
  ///   - before: what stands in front of the answer itself, for penalties: the prompt, unless that is another sequence.
  init(
    tokenizer: Tokenizer, vocabulary: Int, prompt: [Int32], before: [Int32], rule: FinishRule,
    shape: AnswerShape = .plain, options: GenerationOptions
  ) throws(GenerationError) {
    guard !prompt.isEmpty else {
      throw GenerationError(code: .invalidInput, context: "prompt", expected: "at least one token", found: "none")
    }
    self.tokenizer = tokenizer
    self.options = options
    self.prompt = prompt
    self.shape = shape
    self.rule = rule
    self.sampler = try Sampler(parameters: options.sampling, vocabularySize: vocabulary)
    self.sampler.observe(prompt: before)
    self.stops = try StopStringMatcher(options.stopStrings)
    self.text = tokenizer.makeStream(specialTokens: shape.specialTokens)
    if let constraint = shape.constraint, rule.reasonAtStart == nil {
      do throws(GrammarError) { try constraint.requireRoom(for: rule.remaining) } catch { throw GenerationError(error) }
    }
  }

  /// Chooses the next token and sends what it brings; returns the reason when the answer ends.
  mutating func advance(_ logits: Tensor, sink: GenerationSink) throws(GenerationError) -> FinishReason? {
    if Task.isCancelled { return .cancelled }
    let token = try choose(logits)
    sampler.observe(token)
    let verdict = rule.accept(token)
    if case .finishWithout(let reason) = verdict { return reason }
    tokens.append(token)
    if shape.parser?.isReasoning == true { reasoningCount += 1 }
    try sendDetail(of: token, logits: logits, sink: sink)
    let piece: String
    do { piece = try text.append(token) } catch {
      throw GenerationError(code: .modelFailure, context: "token \(token)", found: "\(error)")
    }
    let outcome = stops.feed(piece)
    if case .readerGone = send(outcome.text, sink: sink) { return .cancelled }
    if let matched = outcome.matched { return .stopString(matched) }
    if shape.parser?.isComplete == true { return .toolCalls }
    if shape.constraint?.isFinished == true { return .endToken(nil) }
    if case .finishAfter(let reason) = verdict { return reason }
    return nil
  }

  private mutating func choose(_ logits: Tensor) throws(GenerationError) -> Int32 {
    guard var constraint = shape.constraint else {
      return try logits.withElements { span throws(GenerationError) in try sampler.sample(span) }
    }
    shape.constraint = nil  // not shared while it changes
    defer { shape.constraint = constraint }
    do {
      let mask = try constraint.mask(remaining: rule.remaining)
      let token = try logits.withElements { span throws(GenerationError) in
        try sampler.sample(span, permitting: mask)
      }
      try constraint.accept(token)
      return token
    } catch let error as GrammarError {
      throw GenerationError(error)
    } catch let error as GenerationError {
      throw error
    } catch {
      throw GenerationError(code: .modelFailure, context: "answer form", found: "\(error)")
    }
  }

  @discardableResult
  private mutating func send(_ text: String, sink: GenerationSink) -> GenerationSink.Delivery {
    guard !text.isEmpty else { return .delivered }
    guard let pieces = shape.parser?.feed(text) else { return sink.send(.text(text)) }
    return send(pieces, sink: sink)
  }

  private mutating func send(_ pieces: [AnswerPiece], sink: GenerationSink) -> GenerationSink.Delivery {
    var delivery = GenerationSink.Delivery.delivered
    for piece in pieces {
      switch piece {
      case .text(let text): delivery = sink.send(.text(text))
      case .reasoning(let text): delivery = sink.send(.reasoning(text))
      case .toolCallFragment(let fragment): delivery = sink.send(.toolCallFragment(fragment))
      case .toolCall(let call):
        callCount += 1
        delivery = sink.send(.toolCall(call))
      }
    }
    return delivery
  }

  /// Sends what was held back and the result.
  mutating func finish(_ reason: FinishReason, timings: GenerationTimings, sink: GenerationSink) {
    send(stops.feed(text.finish()).text + stops.finish(), sink: sink)
    if let pieces = shape.parser?.finish() { _ = send(pieces, sink: sink) }
    sink.finish(
      GenerationResult(
        finishReason: callCount > 0 ? reason.withCalls : reason,
        counts: TokenCounts(
          prompt: prompt.count, cachedPrompt: cachedPrompt, completion: tokens.count, reasoning: reasoningCount),
        timings: timings, promptTokens: prompt, tokens: tokens))
  }

  private func sendDetail(of token: Int32, logits: Tensor, sink: GenerationSink) throws(GenerationError) {
    switch options.tokenDetail {
    case .none: return
    case .identifiers:
      sink.send(
        .token(tokenizer.naming(GeneratedToken(chosen: TokenLogProbability(token: token, logProbability: nil)))))
    case .logProbabilities(let alternatives):
      let detail = try logits.withElements { span throws(GenerationError) in
        try LogProbabilities.detail(of: token, alternatives: alternatives, in: span)
      }
      sink.send(.token(tokenizer.naming(detail)))
    }
  }
}

extension FinishReason {
  /// The reason to end an answer that calls tools: an end that the model chose is the wish to have them called.
  fileprivate var withCalls: FinishReason {
    switch self {
    case .endToken, .toolCalls: .toolCalls
    case .stopString, .length, .contextFull, .cancelled: self
    }
  }
}
