import HTTPTypes
import Hummingbird

/// Holds every key, and all of them together, to what they may have running and how fast they may ask.
struct AdmissionMiddleware: RouterMiddleware {
  typealias Context = ServerContext
  let gate: AdmissionGate
  let templates: RouteTemplates
  let services: ServerServices

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    switch gate.admit(context.key, now: services.clock.uptime()) {
    case .refused(let error, let standing):
      context.record.fail(error)
      var headers: HTTPFields = [:]
      headers.tell(standing)
      return .failure(error, templates.errorShape(of: request.uri.path), context, headers: headers)
    case .admitted(let admission):
      var response = try await next(request, context)
      response.headers.tell(admission.standing)
      guard response.body.contentLength == nil else {
        withExtendedLifetime(admission) {}
        return response
      }
      // A stream counts until its last byte is sent.
      let body = response.body
      response.body = ResponseBody { writer in
        defer { withExtendedLifetime(admission) {} }
        try await body.write(writer)
      }
      return response
    }
  }
}

extension HTTPFields {
  fileprivate mutating func tell(_ standing: RateBucket.Standing?) {
    guard let standing else { return }
    self[.rateLimit] = String(standing.limit)
    self[.rateRemaining] = String(standing.remaining)
    self[.rateReset] = "\(Int(standing.reset.seconds.rounded(.up)))s"
  }
}
