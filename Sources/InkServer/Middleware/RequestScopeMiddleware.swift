import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// The outermost layer: gives each request its identifier, counts it while it is being answered, and writes its line in
/// the log. No prompt is in that line.
struct RequestScopeMiddleware: RouterMiddleware {
  typealias Context = ServerContext
  let services: ServerServices

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.requestIdentifier = Self.identifier(request, services)
    context.arrival = services.clock.uptime()
    // One identifier is enough for a line.
    context.logger[metadataKey: "hb.request.id"] = nil
    context.logger[metadataKey: "request"] = .string(context.requestIdentifier)
    let scope = RequestScope(request: request, context: context, services: services)
    var response = try await next(request, context)
    response.headers[.requestIdentifier] = context.requestIdentifier
    scope.answered(response.status.code)
    if response.body.contentLength == nil {
      let body = response.body
      response.body = ResponseBody { writer in
        defer { scope.finish() }
        try await body.write(writer)
      }
    } else {
      scope.finish()
    }
    return response
  }

  /// The client's own identifier if it is short and printable, otherwise a new one.
  private static func identifier(_ request: Request, _ services: ServerServices) -> String {
    if let given = request.headers[.requestIdentifier], (1...128).contains(given.utf8.count),
      given.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
    {
      return given
    }
    return services.identifiers.make("req_")
  }
}
