import HTTPTypes
import Hummingbird

/// Lets in who has a key, and tells the request whose it is.
struct KeyMiddleware: RouterMiddleware {
  typealias Context = ServerContext
  let keys: KeyRing

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.key = try key(request)
    if let key = context.key { context.identity = .key(name: key.name) }
    return try await next(request, context)
  }

  private func key(_ request: Request) throws(ServerError) -> AccessKey? {
    guard !keys.isEmpty else { return nil }
    guard let secret = Self.secret(request) else {
      throw ServerError(
        .authentication, "This server wants a key: send it as \"Authorization: Bearer KEY\".", code: "invalid_api_key")
    }
    guard let key = keys.key(secret) else {
      throw ServerError(.authentication, "The key is not one of this server's.", code: "invalid_api_key")
    }
    return key
  }

  private static func secret(_ request: Request) -> String? {
    if let value = request.headers[.authorization] {
      let parts = value.split(separator: " ", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == "bearer" { return String(parts[1]) }
    }
    return request.headers[.keyOfClient]
  }
}
