import HTTPTypes
import Hummingbird
import InkChat
import Logging
import NIOCore
import Synchronization

/// Asks the server's own routes, without a connection. Who may ask was decided when the batch was taken.
struct LocalResponder: Sendable {
  /// What a route answered.
  struct Answer: Sendable {
    var status: Int
    var requestIdentifier: String
    /// Seconds after which to try again, where the route says so.
    var retryAfter: Int?
    var body: JSONValue
  }

  private let responder: RouterResponder<ServerContext>
  private let limits: JSONLimits
  private let logger: Logger

  init(_ routes: [any ServerRoute], _ services: ServerServices, _ logger: Logger) {
    let router = Router(context: ServerContext.self)
    let templates = RouteTemplates()
    router.add(middleware: RequestScopeMiddleware(services: services))
    router.add(middleware: ErrorMiddleware(templates: templates))
    let collected = ServerRoutes(
      services: services, templates: templates, open: router.group(), watch: router.group(), key: router.group())
    for route in routes { route.register(on: collected) }
    responder = router.buildResponder()
    limits = services.settings.limits.json
    self.logger = logger
  }

  /// Posts a body to a route.
  func post(_ body: JSONValue, to path: String, owner: String) async throws -> Answer {
    let head = HTTPRequest(
      method: .post, scheme: nil, authority: nil, path: path, headerFields: [.contentType: "application/json"])
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body.text)))
    let response = try await responder.respond(to: request, context: ServerContext(local: logger, owner: owner))
    let collected = Mutex<[UInt8]>([])
    try await response.body.write(LocalBodyWriter { bytes in collected.withLock { $0 += bytes } })
    let bytes = collected.withLock { $0 }
    let parsed = try? JSONValue(parsing: bytes, limits: limits)
    return Answer(
      status: response.status.code, requestIdentifier: response.headers[.requestIdentifier] ?? "",
      retryAfter: response.headers[.retryAfter].flatMap { Int($0) },
      body: parsed ?? .string(String(decoding: bytes, as: UTF8.self)))
  }
}

/// Takes a response's body in memory.
private struct LocalBodyWriter: ResponseBodyWriter {
  let take: @Sendable ([UInt8]) -> Void

  mutating func write(_ buffer: ByteBuffer) async throws {
    take(Array(buffer.readableBytesView))
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
