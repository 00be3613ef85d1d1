import InkChat
import InkModels
import InkTensor
import InkTokenizers

/// The state of one answer: the sampler, the end rules and the text that is on its way out.
struct Answer {
  private let tokenizer: Tokenizer
  private let options: GenerationOptions
  private let prompt: [Int32]
  private var sampler: Sampler
  private var stops: StopStringMatcher
  private var text: TokenStream
  private(set) var rule: FinishRule
  private(set) var tokens: [Int32] = []
  /// Tokens of the prompt that were taken from a cache.
  var cachedPrompt = 0

  /// Tokens of the prompt.
  var promptCount: Int { prompt.count }

  /// An answer of a language model.
  ///
  /// - Parameter contextLength: the most tokens of prompt and answer.
  init(
    model: LanguageModel, prompt: [Int32], contextLength: Int, options: GenerationOptions
  ) throws(GenerationError) {
    let rule = try FinishRule(
      endTokens: model.endTokens, maximumTokens: options.maximumTokens, promptTokens: prompt.count,
      contextLength: contextLength)
    try self.init(
      tokenizer: model.tokenizer, vocabulary: model.decoder.spec.vocabulary, prompt: prompt, before: prompt, rule: rule,
      options: options)
  }

  /// An answer of any kind of model.
  ///
  /// - Parameters:
  ///   - prompt: what is answered.
  ///   - before: what stands in front of the answer itself, for penalties: the prompt, unless that is another sequence.
  init(
    tokenizer: Tokenizer, vocabulary: Int, prompt: [Int32], before: [Int32], rule: FinishRule,
    options: GenerationOptions
  ) throws(GenerationError) {
    guard !prompt.isEmpty else {
      throw GenerationError(code: .invalidInput, context: "prompt", expected: "at least one token", found: "none")
    }
    self.tokenizer = tokenizer
    self.options = options
    self.prompt = prompt
    self.rule = rule
    self.sampler = try Sampler(parameters: options.sampling, vocabularySize: vocabulary)
    self.sampler.observe(prompt: before)
    self.stops = try StopStringMatcher(options.stopStrings)
    self.text = tokenizer.makeStream()
  }

  /// Chooses the next token and sends what it brings; returns the reason when the answer ends.
  mutating func advance(_ logits: Tensor, sink: GenerationSink) throws(GenerationError) -> FinishReason? {
    if Task.isCancelled { return .cancelled }
    let token = try logits.withElements { span throws(GenerationError) in try sampler.sample(span) }
    sampler.observe(token)
    let verdict = rule.accept(token)
    if case .finishWithout(let reason) = verdict { return reason }
    tokens.append(token)
    try sendDetail(of: token, logits: logits, sink: sink)
    let piece: String
    do { piece = try text.append(token) } catch {
      throw GenerationError(code: .modelFailure, context: "token \(token)", found: "\(error)")
    }
    let outcome = stops.feed(piece)
    if !outcome.text.isEmpty, case .readerGone = sink.send(.text(outcome.text)) { return .cancelled }
    if let matched = outcome.matched { return .stopString(matched) }
    if case .finishAfter(let reason) = verdict { return reason }
    return nil
  }

  /// Sends what was held back and the result.
  mutating func finish(_ reason: FinishReason, timings: GenerationTimings, sink: GenerationSink) {
    let rest = stops.feed(text.finish()).text + stops.finish()
    if !rest.isEmpty { sink.send(.text(rest)) }
    sink.finish(
      GenerationResult(
        finishReason: reason,
        counts: TokenCounts(prompt: prompt.count, cachedPrompt: cachedPrompt, completion: tokens.count),
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
