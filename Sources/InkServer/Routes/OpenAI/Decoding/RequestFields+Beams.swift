import InkChat

extension RequestFields {
  /// A search over beams: `use_beam_search` as vLLM names it, with `num_beams`, `length_penalty` and `early_stopping` as
  /// transformers does. Nil where none is asked for.
  ///
  /// - Parameters:
  ///   - choices: answers that are wanted; as many beams are kept unless `num_beams` or `best_of` says otherwise.
  ///   - candidates: `best_of`.
  ///   - maximumTokens: the most tokens of an answer; a search needs a limit.
  mutating func beamSearch(
    choices: Int, candidates: Int?, maximumTokens: Int?, _ limits: ServerLimits
  ) throws(ServerError) -> BeamOptions? {
    let isAsked = try boolean("use_beam_search")
    let count = try choiceCount("num_beams", limits)
    let penalty = try number("length_penalty", in: -10...10)
    let stopping = try beamStopping()
    switch (isAsked, count) {
    case (true?, _): break
    case (nil, let count?) where count > 1: break
    case (false?, let count?) where count > 1:
      throw invalid("use_beam_search", "true where \"num_beams\" is more than 1")
    case (nil, _), (false?, _):
      for name in ["length_penalty", "early_stopping"] where value(name) != nil {
        throw invalid(name, "together with \"use_beam_search\"")
      }
      return nil
    }
    let width = count ?? candidates ?? choices
    guard width >= choices else { throw invalid("num_beams", "at least \"n\"") }
    guard let maximumTokens, maximumTokens > 0 else {
      throw invalid("max_tokens", "given, and at least 1, where beams are searched")
    }
    return BeamOptions(
      width: width, lengthPenalty: Float(penalty ?? 1), stopping: stopping ?? .heuristic, maximumTokens: maximumTokens)
  }

  /// `early_stopping`: true, false, or `never`.
  private mutating func beamStopping() throws(ServerError) -> BeamOptions.Stopping? {
    switch value("early_stopping") {
    case nil: return nil
    case .boolean(true)?: return .firstComplete
    case .boolean(false)?: return .heuristic
    case .string("never")?: return .exhaustive
    case let other?: throw invalid("early_stopping", "true, false or \"never\"", found: other)
    }
  }

  /// Refuses what a search over beams does not do, and names the fields that it does not look at.
  mutating func beamWarnings(
    _ options: GenerationOptions, _ delivery: AnswerDelivery
  ) throws(ServerError) -> [String] {
    if delivery != .whole {
      throw unsupported("stream", "the best answer of a search over beams is known only at the end.")
    }
    if options.form != .free {
      throw unsupported("response_format", "answers of a search over beams have no given form.")
    }
    if !options.tools.isEmpty { throw unsupported("tools", "a search over beams calls none.") }
    if !options.stopStrings.isEmpty { throw unsupported("stop", "a search over beams ends at end tokens alone.") }
    if options.tokenDetail != .none {
      throw unsupported("logprobs", "a search over beams tells its answers, not their tokens.")
    }
    let drawing = [
      "temperature", "top_p", "top_k", "min_p", "typical_p", "repetition_penalty", "frequency_penalty",
      "presence_penalty", "logit_bias", "seed", "priority",
    ]
    return drawing.filter { value($0) != nil }
  }
}
