import Hummingbird
import NIOCore

extension Request {
  /// The body's bytes.
  ///
  /// - Throws: `tooLarge`, `requestTimeout`, `rateLimit` while too many bytes are held, `invalidRequest` for a body that
  ///   breaks off.
  func bodyBytes(_ context: ServerContext, _ services: ServerServices) async throws(ServerError) -> [UInt8] {
    let limits = services.settings.limits
    if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limits.bodyBytes {
      context.connection.closeAfterResponse()
      throw .bodyTooLarge(limits.bodyBytes)
    }
    // What a body becomes is held as long as its request is answered, and so is its share of the memory.
    let reservation = BodyReservation(services.bodies)
    context.record.hold(reservation)
    let outcome = await withTaskGroup(of: BodyOutcome.self) { group in
      let body = body
      group.addTask { await body.collected(limit: limits.bodyBytes, reservation) }
      group.addTask {
        try? await services.clock.sleep(limits.bodyTime)
        return .late
      }
      let first = await group.next() ?? .late
      group.cancelAll()
      return first
    }
    switch outcome {
    case .bytes(let bytes): return bytes
    case .tooLarge:
      context.connection.closeAfterResponse()
      throw .bodyTooLarge(limits.bodyBytes)
    case .noRoom:
      context.connection.closeAfterResponse()
      throw ServerError(
        .rateLimit(retryAfter: 1), "The server holds as many bodies as it can. Try again when some are answered.",
        code: "memory_limit_exceeded")
    case .late:
      context.connection.closeAfterResponse()
      throw ServerError(
        .requestTimeout, "The request's body did not arrive in \(limits.bodyTime.components.seconds) seconds.",
        code: "body_timeout")
    case .broken:
      context.connection.closeAfterResponse()
      throw ServerError(.invalidRequest, "The request's body is not valid HTTP, or breaks off.", code: "invalid_body")
    }
  }
}

private enum BodyOutcome: Sendable {
  case bytes([UInt8])
  case tooLarge
  case noRoom
  case late
  case broken
}

extension RequestBody {
  fileprivate func collected(limit: Int, _ reservation: BodyReservation) async -> BodyOutcome {
    var bytes: [UInt8] = []
    do {
      for try await part in self {
        guard part.readableBytes <= limit - bytes.count else { return .tooLarge }
        guard reservation.grow(by: part.readableBytes) else { return .noRoom }
        bytes.append(contentsOf: part.readableBytesView)
      }
      return .bytes(bytes)
    } catch {
      return .broken
    }
  }
}

extension ServerError {
  fileprivate static func bodyTooLarge(_ limit: Int) -> ServerError {
    ServerError(
      .tooLarge, "The request's body is larger than \(limit) bytes, the most this server takes.", code: "body_too_large"
    )
  }
}
