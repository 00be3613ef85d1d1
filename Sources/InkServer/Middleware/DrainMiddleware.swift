import Hummingbird

/// Refuses new requests while the server finishes the ones it has.
struct DrainMiddleware: RouterMiddleware {
  typealias Context = ServerContext
  let services: ServerServices

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    guard !services.activity.isDraining else {
      context.connection.closeAfterResponse()
      throw ServerError(.unavailable(retryAfter: 5), "The server is being stopped.", code: "draining")
    }
    return try await next(request, context)
  }
}
