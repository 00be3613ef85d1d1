import AsyncHTTPClient
public import InkChat
import NIOCore
import NIOHTTP1
package import Tracing

/// Sends spans and metrics of this process to receivers of OpenTelemetry's protocol.
public struct TelemetryExport: Sendable {
  /// Posts a document and tells the status of the answer.
  public typealias Post = @Sendable (TelemetrySettings.Receiver, JSONValue) async throws -> Int

  let settings: TelemetrySettings
  let queue: SpanQueue
  let post: Post
  private let numbers: @Sendable () -> UInt64

  /// An export that nobody runs yet: it is given to a server.
  ///
  /// - Parameters:
  ///   - numbers: where the numbers of traces and spans come from.
  ///   - post: how documents are sent.
  public init(
    _ settings: TelemetrySettings, numbers: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) },
    post: @escaping Post = TelemetryExport.overHTTP
  ) {
    self.settings = settings
    self.numbers = numbers
    self.post = post
    queue = SpanQueue(limit: settings.waitingSpans)
  }

  /// What makes spans; nil where none are sent.
  package var tracer: (any Tracer)? {
    settings.traces == nil ? nil : TelemetryTracer(queue: queue, numbers: numbers)
  }

  /// Makes all spans of this process go this way. To be called once, before anything makes a span.
  public func takeSpansOfProcess() {
    if let tracer { InstrumentationSystem.bootstrap(tracer) }
  }

  /// Posts over a connection of its own, which makes no spans of itself.
  public static let overHTTP: Post = { receiver, document in
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.tracing.tracer = nil
    let client = HTTPClient(configuration: configuration)
    let outcome: Result<Int, any Error>
    do { outcome = .success(try await status(of: document, to: receiver, by: client)) } catch {
      outcome = .failure(error)
    }
    try await client.shutdown()
    return try outcome.get()
  }

  private static func status(
    of document: JSONValue, to receiver: TelemetrySettings.Receiver, by client: HTTPClient
  ) async throws -> Int {
    var request = HTTPClientRequest(url: receiver.address)
    request.method = .POST
    for field in receiver.headers { request.headers.add(name: field.name, value: field.value) }
    request.headers.replaceOrAdd(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: document.text))
    let response = try await client.execute(request, timeout: TimeAmount(receiver.timeout))
    return Int(response.status.code)
  }
}
