/// When a failed step is tried again, and when it is given up.
public struct RetryPolicy: Sendable, Hashable {
  /// How often the step is run in all; at least 1.
  public var attempts: Int
  /// The wait before the second attempt; each further wait is `factor` times as long, up to `longestDelay`.
  public var firstDelay: Duration
  /// At least 1.
  public var factor: Int
  /// The longest single wait.
  public var longestDelay: Duration
  /// No attempt begins later than this after the first; nil sets no end.
  public var longestTotal: Duration?
  /// The failures that another attempt may cure.
  public var codes: Set<ChainError.Code>

  /// A policy; the defaults try three times what may be cured by time.
  public init(
    attempts: Int = 3, firstDelay: Duration = .milliseconds(500), factor: Int = 2,
    longestDelay: Duration = .seconds(30), longestTotal: Duration? = nil,
    codes: Set<ChainError.Code> = [.unavailable, .unparsable]
  ) {
    self.attempts = attempts
    self.firstDelay = firstDelay
    self.factor = factor
    self.longestDelay = longestDelay
    self.longestTotal = longestTotal
    self.codes = codes
  }

  /// The wait before an attempt, which is at least the second.
  func delay(before attempt: Int) -> Duration {
    var delay = firstDelay
    for _ in 2..<max(attempt, 2) {
      if delay >= longestDelay { break }
      delay = delay * factor
    }
    return min(delay, longestDelay)
  }

  func check() throws(ChainError) {
    guard attempts >= 1 else {
      throw ChainError(.invalidSetting, context: "retry attempts", expected: "at least 1", found: "\(attempts)")
    }
    guard factor >= 1, firstDelay >= .zero else {
      throw ChainError(
        .invalidSetting, context: "retry delays", expected: "a factor of at least 1 and no negative wait",
        found: "factor \(factor), first wait \(firstDelay)")
    }
  }
}
