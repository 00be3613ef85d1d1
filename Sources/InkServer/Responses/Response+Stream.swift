import HTTPTypes
package import Hummingbird
import InkChat
import NIOCore

extension Response {
  /// An answer that is sent while it is made.
  ///
  /// The work begins at once. A failure before its first event is thrown, so that it becomes an error with its own
  /// status; later failures are told as the dialect tells them. When the client goes away, or reads too slowly, the work
  /// is cancelled.
  package static func stream(
    _ dialect: StreamDialect, _ context: ServerContext, _ services: ServerServices, warnings: [String] = [],
    produce: @escaping @Sendable (EventSink) async throws -> Void
  ) async throws(ServerError) -> Response {
    let limits = services.settings.limits
    let sink = EventSink(dialect: dialect, limit: limits.waitingEventBytes)
    let record = context.record
    let work = StreamWork(sink: sink, record: record, produce: produce)
    context.connection.observe(work.observer)
    switch await sink.beginning(within: limits.pingInterval, clock: services.clock) {
    case .failed(let error): throw error
    case .begun: break
    }
    var headers: HTTPFields = [.contentType: dialect.mediaType, .cacheControl: "no-cache"]
    headers.warn(of: warnings)
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody { writer in
        defer { work.stop() }
        let pings = Task {
          while true {
            try await services.clock.sleep(limits.pingInterval)
            sink.ping()
          }
        }
        defer { pings.cancel() }
        while let bytes = try await sink.next() {
          try await writer.write(ByteBuffer(bytes: bytes))
        }
        try await writer.finish(nil)
      })
  }
}

/// The task that makes a streamed answer. It ends with whoever holds it, so that a response that is never written costs
/// nothing.
private final class StreamWork: Sendable {
  let observer: HangUpObserver
  private let task: Task<Void, Never>
  private let sink: EventSink

  init(sink: EventSink, record: RequestRecord, produce: @escaping @Sendable (EventSink) async throws -> Void) {
    self.sink = sink
    let task = Task {
      do {
        try await produce(sink)
        sink.end()
      } catch {
        let failure = ServerError(reporting: error)
        record.fail(failure)
        sink.fail(failure)
      }
    }
    self.task = task
    observer = HangUpObserver {
      record.update { $0.hasHungUp = true }
      task.cancel()
      sink.abandon()
    }
  }

  func stop() {
    observer.end()
    task.cancel()
  }

  deinit { stop() }
}
