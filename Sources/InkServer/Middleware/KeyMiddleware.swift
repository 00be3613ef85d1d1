import HTTPTypes
import Hummingbird

/// Lets in who has a key, and tells the request whose it is.
struct KeyMiddleware: RouterMiddleware {
  typealias Context = ServerContext
  let keys: KeyRing
  let gate: AdmissionGate
  let services: ServerServices

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let key = try key(request)
    var context = context
    if let key { context.identity = .key(name: key.name) }
    switch gate.admit(key, now: services.clock.uptime()) {
    case .refused(let error, let standing):
      context.record.update { $0.error = error.code }
      var headers: HTTPFields = [:]
      headers.tell(standing)
      return .failure(error, headers: headers)
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

extension HTTPFields {
  fileprivate mutating func tell(_ standing: RateBucket.Standing?) {
    guard let standing else { return }
    self[.rateLimit] = String(standing.limit)
    self[.rateRemaining] = String(standing.remaining)
    self[.rateReset] = "\(Int(standing.reset.seconds.rounded(.up)))s"
  }
}
