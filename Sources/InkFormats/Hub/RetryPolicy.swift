/// How often and how soon a failed request is repeated. The delay doubles from `firstDelay` up to `longestDelay`; a
/// server's `Retry-After` is followed instead when it names a time up to `longestRequestedDelay`.
public struct RetryPolicy: Sendable, Equatable {
  /// Tries in a row without a new byte before giving up; at least 1.
  public var attempts: Int
  /// The pause after the first failure.
  public var firstDelay: Duration
  /// The longest pause of our own choice.
  public var longestDelay: Duration
  /// The longest pause a server may ask for.
  public var longestRequestedDelay: Duration

  /// A policy; the defaults suit a home connection.
  public init(
    attempts: Int = 5, firstDelay: Duration = .milliseconds(500), longestDelay: Duration = .seconds(20),
    longestRequestedDelay: Duration = .seconds(120)
  ) {
    self.attempts = max(1, attempts)
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
    self.longestRequestedDelay = longestRequestedDelay
  }

  /// The pause after `failures` failures in a row (1 or more).
  package func delay(afterFailures failures: Int) -> Duration {
    var delay = firstDelay
    for _ in 1..<max(1, min(failures, 32)) where delay < longestDelay { delay = delay * 2 }
    return min(delay, longestDelay)
  }
}
