import HTTPTypes
import Hummingbird

/// Tells browsers which pages of other sites may talk to the server. Without a rule it tells them nothing, and they keep
/// such pages away.
struct CrossOriginMiddleware: RouterMiddleware {
  typealias Context = ServerContext
  let rule: CrossOriginRule

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    guard let origin = request.headers[.origin], let allowed = allowed(origin) else {
      return try await next(request, context)
    }
    let isQuestion = request.method == .options && request.headers[.accessControlRequestMethod] != nil
    var response = isQuestion ? Response(status: .noContent) : try await next(request, context)
    response.headers[.accessControlAllowOrigin] = allowed
    if allowed != "*" { response.headers[.vary] = "Origin" }
    if isQuestion {
      response.headers[.accessControlAllowMethods] = "GET, POST, DELETE, OPTIONS"
      response.headers[.accessControlAllowHeaders] = "authorization, content-type, x-api-key, x-request-id"
      response.headers[.accessControlMaxAge] = "600"
    } else {
      response.headers[.accessControlExposeHeaders] = "x-request-id, x-inkstone-warning, retry-after"
    }
    return response
  }

  private func allowed(_ origin: String) -> String? {
    switch rule {
    case .off: nil
    case .any: "*"
    case .origins(let origins): origins.contains(origin) ? origin : nil
    }
  }
}
