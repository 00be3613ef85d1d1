/// How often, and for how long, a request that was not begun is sent again.
///
/// A request counts as begun when the endpoint has answered with a status of success. Refused or lost connections before
/// that, and the statuses 429, 502 and 503, are worth another attempt: nothing of an answer was told to anybody.
public struct RetryBudget: Sendable, Hashable {
  /// Attempts in all, the first among them; at least 1.
  public var attempts: Int
  /// The pause before the second attempt, doubled for each further one, unless the endpoint says how long to wait.
  public var pause: Duration
  /// The longest pause; an endpoint that asks for a longer one is not asked again.
  public var longestPause: Duration

  /// A budget with every field given.
  public init(attempts: Int = 3, pause: Duration = .milliseconds(250), longestPause: Duration = .seconds(10)) {
    self.attempts = attempts
    self.pause = pause
    self.longestPause = longestPause
  }

  /// One attempt and no more.
  public static let none = RetryBudget(attempts: 1)
}
