import Hummingbird
import Logging
import Synchronization

/// The time from a request's arrival to the last byte of its answer. It ends once, at the latest with whoever holds it.
final class RequestScope: Sendable {
  private let services: ServerServices
  private let context: ServerContext
  private let method: String
  private let path: String
  private let began: Duration
  private let state = Mutex<(status: Int, isOver: Bool)>((500, false))

  init(request: Request, context: ServerContext, services: ServerServices) {
    self.services = services
    self.context = context
    method = request.method.rawValue
    path = request.uri.path
    began = context.arrival ?? services.clock.uptime()
    services.activity.begin()
  }

  /// The status that the client is told.
  func answered(_ status: Int) {
    state.withLock { $0.status = status }
  }

  func finish() {
    let status = state.withLock { state -> Int? in
      guard !state.isOver else { return nil }
      state.isOver = true
      return state.status
    }
    guard let status else { return }
    services.activity.end()
    let time = services.clock.uptime() - began
    let facts = context.record.facts
    // 499 is what servers write for a client that went away; nobody is told it.
    let told = facts.hasHungUp ? 499 : status
    services.metrics.finish(route: context.endpointPath ?? "unknown", status: told, time: time, facts)
    log(told, time, facts)
  }

  private func log(_ status: Int, _ time: Duration, _ facts: RequestRecord.Facts) {
    var metadata: Logger.Metadata = [
      "method": .string(method), "path": .string(String(path.prefix(200))),
      "status": "\(status)", "seconds": "\(time.seconds)",
    ]
    if let model = facts.model { metadata["model"] = .string(model) }
    if facts.promptTokens > 0 { metadata["prompt_tokens"] = "\(facts.promptTokens)" }
    if facts.completionTokens > 0 { metadata["completion_tokens"] = "\(facts.completionTokens)" }
    if let error = facts.error { metadata["error"] = .string(error) }
    if let cause = facts.cause { metadata["cause"] = .string(cause) }
    context.logger.info("request", metadata: metadata)
  }

  deinit { finish() }
}

extension Duration {
  /// The duration in seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
