import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1

/// Makes every error an answer in the shape of its route: OpenAI's, unless the route is made after somebody else's.
struct ErrorMiddleware: RouterMiddleware {
  typealias Context = ServerContext
  let templates: RouteTemplates

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPParserError {
      throw error
    } catch {
      let failure = answer(to: error, request, context)
      context.record.fail(failure)
      var headers: HTTPFields = [:]
      if failure.kind == .methodNotAllowed {
        headers[.allow] = templates.methods(of: request.uri.path).map(\.rawValue).sorted().joined(separator: ", ")
      }
      if failure.kind == .server {
        context.logger.error("request failed", metadata: ["error": "\(error)"])
      }
      return .failure(failure, templates.errorShape(of: request.uri.path), context, headers: headers)
    }
  }

  private func answer(to error: any Error, _ request: Request, _ context: ServerContext) -> ServerError {
    guard let error = error as? HTTPError, error.status == .notFound, context.endpointPath == "NotFound" else {
      return ServerError(reporting: error)
    }
    let methods = templates.methods(of: request.uri.path)
    let asked = "\(request.method.rawValue) \(request.uri.path)"
    guard !methods.isEmpty else {
      return ServerError(
        .notFound, "Unknown request URL: \(asked). GET /openapi.json lists what there is.", code: "unknown_url")
    }
    let list = methods.map(\.rawValue).sorted().joined(separator: ", ")
    return ServerError(.methodNotAllowed, "\(asked): this path knows \(list).", code: "method_not_allowed")
  }
}
