import InkChat
import NIOCore

/// Makes the events of an answer out of the JSON objects that an endpoint sends.
protocol AnswerDecoder: Sendable {
  /// The events of one object.
  mutating func take(_ object: JSONValue) throws(GenerationError) -> [GenerationEvent]

  /// The events that were held back, and how the answer ended.
  ///
  /// - Throws: `modelFailure` when the answer has no end.
  mutating func end() throws(GenerationError) -> (events: [GenerationEvent], result: GenerationResult)
}

/// Reads an answer from its beginning to its end, for a reader that may go away.
struct RemoteStream: Sendable {
  let transport: any RemoteTransport
  let clock: any Clock<Duration>

  /// The stream of a request's answer.
  ///
  /// - Parameters:
  ///   - patience: the longest time to the first piece.
  ///   - request: makes the request; what it throws fails the stream.
  func events(
    patience: Duration?, decoder: @escaping @Sendable () -> any AnswerDecoder,
    request: @escaping @Sendable () throws(GenerationError) -> RemoteRequest
  ) -> GenerationStream {
    let timeouts = transport.timeouts
    let deadlines = Deadlines(first: patience, idle: timeouts.idle, total: timeouts.total)
    return GenerationStream { sink throws(GenerationError) in
      let request = try request()
      try await withDeadlines(deadlines, clock: clock) { progress throws(GenerationError) in
        let answer = try await transport.send(request)
        if patience == nil { progress.step() }
        switch answer.mediaType {
        case "application/json": try await whole(answer, decoder(), sink, progress)
        default: try await streamed(answer, decoder(), sink, progress, isBegun: patience == nil)
        }
      }
    }
  }

  private func streamed(
    _ answer: RemoteAnswer, _ first: any AnswerDecoder, _ sink: GenerationSink, _ progress: Progress, isBegun: Bool
  ) async throws(GenerationError) {
    var decoder = first
    var parser = ServerSentEvents()
    // Comments keep a connection alive while a request waits; they are no beginning of an answer.
    var isBegun = isBegun
    var ending = Ending.open
    try await answer.read { (piece) throws(GenerationError) -> RemoteAnswer.Reading in
      let events = try parser.take(piece.readableBytesView)
      isBegun = isBegun || !events.isEmpty
      if isBegun { progress.step() }
      for event in events {
        ending = try Self.handle(event, &decoder, sink)
        switch ending {
        case .open: continue
        case .done: return .enough
        case .readerGone: return .abandon
        }
      }
      return .goOn
    }
    if ending == .open, let event = parser.end() {
      do throws(GenerationError) { ending = try Self.handle(event, &decoder, sink) } catch {
        // What the end of the stream cut through is no answer; an error that was told whole is.
        throw Self.isJSON(event.data) ? error : .cutAnswer("the end of the stream in the middle of an event")
      }
    }
    if ending == .readerGone { return }
    try Self.finish(&decoder, sink)
  }

  /// An answer of one object, from an endpoint that does not stream.
  private func whole(
    _ answer: RemoteAnswer, _ first: any AnswerDecoder, _ sink: GenerationSink, _ progress: Progress
  ) async throws(GenerationError) {
    var decoder = first
    let event = ServerSentEvents.Event(name: "", data: try await answer.bytes(limit: 64 << 20, progress: progress))
    if try Self.handle(event, &decoder, sink) == .readerGone { return }
    try Self.finish(&decoder, sink)
  }

  private enum Ending { case open, done, readerGone }

  private static func handle(
    _ event: ServerSentEvents.Event, _ decoder: inout any AnswerDecoder, _ sink: GenerationSink
  ) throws(GenerationError) -> Ending {
    if event.data.elementsEqual("[DONE]".utf8) { return .done }
    if event.data.isEmpty { return .open }
    let object: JSONValue
    do throws(JSONError) { object = try JSONValue(parsing: event.data) } catch {
      throw .strangeAnswer("JSON", error.description)
    }
    if let error = object["error"], error != .null { throw EndpointErrorReport(error).error(status: 0) }
    if event.name == "error" { throw EndpointErrorReport(object).error(status: 0) }
    for event in try decoder.take(object) {
      if case .readerGone = sink.send(event) { return .readerGone }
    }
    return .open
  }

  private static func finish(_ decoder: inout any AnswerDecoder, _ sink: GenerationSink) throws(GenerationError) {
    let (events, result) = try decoder.end()
    for event in events { sink.send(event) }
    sink.finish(result)
  }

  private static func isJSON(_ bytes: [UInt8]) -> Bool { (try? JSONValue(parsing: bytes)) != nil }
}
