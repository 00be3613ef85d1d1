/// Counts failures in a row and pauses between them.
struct HubRetry {
  let policy: RetryPolicy
  let clock: any Clock<Duration>
  let events: HubEventHandler
  let subject: String
  private var failures = 0

  init(policy: RetryPolicy, clock: any Clock<Duration>, subject: String, events: @escaping HubEventHandler) {
    self.policy = policy
    self.clock = clock
    self.subject = subject
    self.events = events
  }

  /// New bytes arrived: the line works, so the count starts again.
  mutating func progressed() { failures = 0 }

  /// Throws `error` when it is of a kind that does not pass, or when it is enough; otherwise pauses.
  mutating func pauseOrThrow(_ error: HubError, requested: Duration? = nil) async throws(HubError) {
    switch error.code {
    case .network, .stalled, .serverFailure, .rateLimited: break
    default: throw error
    }
    failures += 1
    guard failures < policy.attempts else { throw error }
    if let requested, requested > policy.longestRequestedDelay {
      throw HubError(
        error.code, context: error.context, expected: error.expected, found: error.found,
        hint: "The hub asks to wait \(requested); run the command again after that")
    }
    let delay = requested ?? policy.delay(afterFailures: failures)
    events(.retrying(file: subject, reason: error.description, delay: delay))
    try await clock.pause(for: delay)
  }
}
