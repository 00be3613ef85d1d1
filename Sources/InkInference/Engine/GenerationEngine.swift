import InkChat
import InkModels
import InkTensor
import InkTokenizers

/// Runs one request after the other on a model and keeps the last sequence, so that a conversation's next turn computes
/// only what is new.
///
/// An actor: requests wait for each other here. A request computes on the thread that runs the actor and on the model's
/// own threads.
actor GenerationEngine {
  private let model: LanguageModel
  private var cache: SequenceCache

  init(model: LanguageModel) {
    self.model = model
    self.cache = model.makeCache()
  }

  /// Answers a conversation, sending events as they arise.
  func run(_ messages: [Message], options: GenerationOptions, sink: GenerationSink) throws(GenerationError) {
    try run(try model.modelPrompt(for: messages, options: options), options: options, sink: sink)
  }

  /// Answers a prompt, sending events as they arise.
  func run(_ prompt: ModelPrompt, options: GenerationOptions, sink: GenerationSink) throws(GenerationError) {
    var answer = try Answer(model: model, prompt: prompt.tokens, options: options)
    let clock = ContinuousClock()
    let start = clock.now
    var logits = try prefill(prompt, maximumTokens: options.maximumTokens)
    let promptRead = clock.now
    answer.cachedPrompt = reused
    if let reason = answer.rule.reasonAtStart {
      return answer.finish(reason, prompt: start.duration(to: promptRead), decode: .zero, sink: sink)
    }
    while true {
      if let reason = try answer.advance(logits, sink: sink) {
        answer.finish(
          reason, prompt: start.duration(to: promptRead), decode: promptRead.duration(to: clock.now), sink: sink)
        return
      }
      guard let token = answer.tokens.last else { return }
      logits = try model.evaluate([token], cache: &cache)
    }
  }

  /// Tokens of one text with their probabilities, computed afresh.
  func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int
  ) throws(GenerationError) -> [GeneratedToken] {
    guard positions.lowerBound >= 1, positions.upperBound <= tokens.count else {
      throw GenerationError(
        code: .invalidInput, context: "positions", expected: "inside 1..<\(tokens.count)", found: "\(positions)")
    }
    guard !positions.isEmpty else { return [] }
    var own = model.makeCache()
    let first = positions.lowerBound - 1
    // The head is applied to some rows at a time: all logits of a long text would not fit.
    var result: [GeneratedToken] = []
    result.reserveCapacity(positions.count)
    let fed = Array(tokens.prefix(positions.upperBound - 1))
    let hidden = try model.hiddenStates(fed, cache: &own)
    for start in stride(from: first, to: fed.count, by: 64) {
      let rows = start..<min(start + 64, fed.count)
      let logits = model.decoder.logits(of: hidden.slice(rows), on: model.cpu)
      for row in rows {
        result.append(
          try logits[row - rows.lowerBound].withElements { logits throws(GenerationError) in
            try LogProbabilities.detail(of: tokens[row + 1], alternatives: alternatives, in: logits)
          })
      }
    }
    return result
  }

  private var reused = 0

  private func prefill(_ prompt: ModelPrompt, maximumTokens: Int?) throws(GenerationError) -> Tensor {
    let count = prompt.tokens.count
    let room = max(model.contextLength - count, 0)
    cache.follow(try model.plan(prompt.tokens, length: count + min(maximumTokens ?? room, room)))
    // The last token is computed again in any case: its logits are what is asked for.
    reused = min(cache.commonPrefix(with: prompt), prompt.tokens.count - 1)
    cache.truncate(to: reused)
    do {
      let pictures = try model.pictureRows(of: prompt, after: reused)
      cache.expect(prompt.pictures)
      return try model.evaluate(
        Array(prompt.tokens[reused...]), pictures: pictures, cache: &cache, shouldStop: { Task.isCancelled })
    } catch {
      cache = model.makeCache()
      throw error
    }
  }
}
