import InkChat
import InkTokenizers

/// Searches over beams, one after the other, on a thread of their own beside the engine's.
actor BeamDesk {
  nonisolated private let thread = EngineThread(label: "inkstone.beams")

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// The best answers to a prompt, best first.
  ///
  /// - Parameter contextLength: the most tokens of prompt and answer.
  /// - Throws: as ``BeamSearch/run(_:on:endTokens:)``; `contextExceeded` without room for an answer.
  func answers(
    to prompt: [Int32], options: BeamOptions, on model: LanguageModel, contextLength: Int
  ) throws(GenerationError) -> [BeamAnswer] {
    let room = contextLength - prompt.count
    guard room > 0 else {
      throw GenerationError(
        code: .contextExceeded, context: "beam search", expected: "a prompt of fewer than \(contextLength) tokens",
        found: "\(prompt.count)")
    }
    let stopping: BeamSearch.Stopping =
      switch options.stopping {
      case .heuristic: .heuristic
      case .firstComplete: .firstComplete
      case .exhaustive: .exhaustive
      }
    let search = BeamSearch(
      beams: options.width, lengthPenalty: options.lengthPenalty, stopping: stopping,
      maximumTokens: min(options.maximumTokens, room))
    var answers: [BeamAnswer] = []
    for hypothesis in try search.run(prompt, on: model) {
      let end = hypothesis.tokens.last.flatMap { model.endTokens.contains($0) ? $0 : nil }
      let told = end == nil ? hypothesis.tokens : Array(hypothesis.tokens.dropLast())
      let text: String
      do { text = try model.tokenizer.decode(told) } catch {
        throw GenerationError(code: .invalidInput, context: "tokens of a beam", found: "\(error)")
      }
      let unfinished: FinishReason = options.maximumTokens > room ? .contextFull : .length
      answers.append(
        BeamAnswer(
          text: text, score: hypothesis.score, finishReason: end.map { .endToken($0) } ?? unfinished,
          counts: TokenCounts(prompt: prompt.count, completion: hypothesis.tokens.count)))
    }
    return answers
  }
}
