import InkChat

/// The answers to a completion request: all prompts and all of their choices, computed at the same time.
struct CompletionAnswer: Sendable {
  let request: CompletionRequest
  let head: AnswerHead
  let model: any TextModel

  /// The answer in one piece.
  func whole(_ watch: AnswerWatch, _ record: RequestRecord) async throws -> JSONValue {
    let texts = TokenTexts(model)
    let prompts = try await echoes(texts)
    let candidates = try await forEachCandidate { place in
      var choice = CompletionChoice()
      guard let stream = stream(place) else { return choice.ended(by: prompts[place.prompt]) }
      var watch = watch
      for try await event in stream {
        watch.see(event)
        choice.add(event)
      }
      return choice
    }
    var choices: [JSONValue] = []
    var counts = TokenCounts(prompt: 0, completion: 0)
    for (index, prompt) in prompts.enumerated() {
      let answers = candidates[(index * request.candidates)..<((index + 1) * request.candidates)]
      counts = counts + TokenCounts.answers(answers.compactMap(\.counts))
      for answer in best(Array(answers)) {
        let tokens = try await texts.filled(prompt.tokens) + answer.tokens(filledBy: texts)
        choices.append(
          choice(
            choices.count, text: prompt.text + answer.text, tokens: tokens, offset: 0,
            finishReason: .string(answer.finishReason)))
      }
    }
    record.count(counts)
    return head.object("text_completion", choices: choices, usage: counts.usage)
  }

  /// The most probable answers, by the mean of their tokens' log-probabilities; in their own order where all are wanted.
  private func best(_ answers: [CompletionChoice]) -> [CompletionChoice] {
    guard request.candidates > request.choices else { return answers }
    let ranked = answers.enumerated().sorted { left, right in
      let (first, second) = (left.element.meanLogProbability, right.element.meanLogProbability)
      return first == second ? left.offset < right.offset : first > second
    }
    return ranked.prefix(request.choices).map(\.element)
  }

  /// The answer as it is made.
  func stream(
    to sink: EventSink, usage: AnswerDelivery.StreamUsage, _ watch: AnswerWatch, _ record: RequestRecord
  ) async throws {
    let envelope = ChunkEnvelope(head, kind: "text_completion", usage: usage)
    let texts = TokenTexts(model)
    let prompts = try await echoes(texts)
    let counts = try await forEachCandidate { place in
      let prompt = prompts[place.prompt]
      let index = place.prompt * request.candidates + place.candidate
      var offset = 0
      var pending: [GeneratedToken] = []
      func send(_ text: String, _ tokens: [GeneratedToken], _ finishReason: JSONValue = .null) async throws {
        let entry = choice(
          index, text: text, tokens: try await texts.filled(tokens), offset: offset, finishReason: finishReason)
        offset += text.unicodeScalars.count
        guard case .accepted = sink.send(envelope.event(entry)) else { throw CancellationError() }
      }
      if request.echo == .prompt { try await send(prompt.text, prompt.tokens) }
      guard let stream = stream(place) else {
        try await send("", [], "length")
        return TokenCounts(prompt: prompt.count, completion: 0)
      }
      var watch = watch
      var counts = TokenCounts(prompt: 0, completion: 0)
      for try await event in stream {
        watch.see(event)
        switch event {
        case .text(let piece):
          try await send(piece, pending)
          pending = []
        case .token(let token): pending.append(token)
        case .finished(let result):
          counts = result.counts
          try await send("", pending, .string(result.finishReason.description))
        case .reasoning, .toolCall, .toolCallFragment: break
        }
      }
      return counts
    }
    var total = TokenCounts(prompt: 0, completion: 0)
    for index in prompts.indices {
      total =
        total + TokenCounts.answers(Array(counts[(index * request.candidates)..<((index + 1) * request.candidates)]))
    }
    record.count(total)
    if usage == .included { sink.send(envelope.event(total)) }
    sink.send(.done)
  }

  private func choice(
    _ index: Int, text: String, tokens: [GeneratedToken], offset: Int, finishReason: JSONValue
  ) -> JSONValue {
    [
      "index": .integer(Int64(index)), "text": .string(text),
      "logprobs": request.alternatives == nil ? .null : tokens.completionDetails(from: offset),
      "finish_reason": finishReason,
    ]
  }
}

extension CompletionAnswer {
  /// A prompt and one of its answers.
  struct Place: Sendable {
    var prompt: Int
    var candidate: Int
  }

  /// The prompts as they are given back: nothing unless `echo` asks for it.
  private func echoes(_ texts: TokenTexts) async throws -> [CompletionEcho] {
    var echoes: [CompletionEcho] = []
    for prompt in request.prompts {
      switch request.echo {
      // No answer will tell how long the prompt is where no token is asked for.
      case .none where request.options.maximumTokens == 0:
        echoes.append(try await CompletionEcho(counting: prompt, model))
      case .none: echoes.append(CompletionEcho())
      case .prompt:
        echoes.append(try await CompletionEcho(prompt, model: model, alternatives: request.alternatives, texts))
      }
    }
    return echoes
  }

  /// The stream of one answer; nil when no token is asked for.
  private func stream(_ place: Place) -> GenerationStream? {
    guard request.options.maximumTokens != 0 else { return nil }
    var options = request.options
    options.sampling = options.sampling.forChoice(place.candidate)
    return model.stream(continuing: request.prompts[place.prompt], options: options)
  }

  private func forEachCandidate<Result: Sendable>(
    _ compute: @escaping @Sendable (Place) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      for prompt in request.prompts.indices {
        for candidate in 0..<request.candidates {
          group.addTask {
            (prompt * request.candidates + candidate, try await compute(Place(prompt: prompt, candidate: candidate)))
          }
        }
      }
      var results: [(Int, Result)] = []
      for try await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
