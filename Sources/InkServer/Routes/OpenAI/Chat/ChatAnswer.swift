import InkChat

/// The answers to a chat request: all of its choices, computed at the same time.
struct ChatAnswer: Sendable {
  let request: ChatRequest
  let head: AnswerHead
  let model: any ChatModel
  /// The pieces of documents that the answer rests on, where they are told.
  let sources: [JSONValue]?

  /// The answer in one piece.
  func whole(_ watch: AnswerWatch, _ record: RequestRecord) async throws -> JSONValue {
    let choices = try await forEachChoice { index, stream in
      var choice = ChatChoice(index: index)
      var watch = watch
      for try await event in stream {
        watch.see(event)
        choice.add(event)
      }
      return choice
    }
    let counts = TokenCounts.answers(choices.compactMap(\.counts))
    record.count(counts)
    return head.object(
      "chat.completion", choices: choices.map { withSources($0.json(tellsTokens: tellsTokens)) }, usage: counts.usage)
  }

  /// The answer as it is made.
  func stream(
    to sink: EventSink, usage: AnswerDelivery.StreamUsage, _ watch: AnswerWatch, _ record: RequestRecord
  ) async throws {
    let envelope = ChunkEnvelope(head, kind: "chat.completion.chunk", usage: usage)
    let counts = try await forEachChoice { index, stream in
      var chunks = ChatChunks(index: index, tellsTokens: tellsTokens)
      var watch = watch
      for try await event in stream {
        watch.see(event)
        for choice in chunks.add(event) {
          guard case .accepted = sink.send(envelope.event(choice)) else { throw CancellationError() }
        }
      }
      return chunks.counts
    }
    let total = TokenCounts.answers(counts.compactMap { $0 })
    record.count(total)
    if let sources {
      let choice: JSONValue = ["index": 0, "delta": .object([]), "finish_reason": .null, "sources": .array(sources)]
      sink.send(envelope.event(choice))
    }
    if usage == .included { sink.send(envelope.event(total)) }
    sink.send(.done)
  }

  private func withSources(_ choice: JSONValue) -> JSONValue {
    guard let sources, case .object(var members) = choice else { return choice }
    members.append(JSONMember("sources", .array(sources)))
    return .object(members)
  }

  private var tellsTokens: Bool { request.options.tokenDetail != .none }

  /// Runs all choices at once; the first failure ends the others.
  private func forEachChoice<Result: Sendable>(
    _ read: @escaping @Sendable (Int, GenerationStream) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      for index in 0..<request.choices {
        var options = request.options
        options.sampling = options.sampling.forChoice(index)
        let stream = model.stream(request.messages, options: options)
        group.addTask { (index, try await read(index, stream)) }
      }
      var results: [(Int, Result)] = []
      for try await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
