/// Permits that fill up evenly: a minute's worth at most, one taken by each request.
struct RateBucket: Sendable {
  /// Permits in a minute.
  let perMinute: Int
  private var permits: Double
  private var updated: Duration

  init(perMinute: Int, now: Duration) {
    self.perMinute = max(1, perMinute)
    permits = Double(self.perMinute)
    updated = now
  }

  /// What a client is told of its permits.
  struct Standing: Sendable, Hashable {
    var limit: Int
    var remaining: Int
    /// Time until all permits are there again.
    var reset: Duration
    /// Time until the next permit; nil when one was taken.
    var wait: Duration?
  }

  /// Takes a permit if there is one.
  mutating func take(now: Duration) -> Standing {
    let rate = Double(perMinute) / 60
    permits = min(Double(perMinute), permits + max(0, (now - updated).seconds) * rate)
    updated = now
    var wait: Duration?
    if permits >= 1 { permits -= 1 } else { wait = .seconds((1 - permits) / rate) }
    return Standing(
      limit: perMinute, remaining: Int(permits), reset: .seconds((Double(perMinute) - permits) / rate), wait: wait)
  }
}
