import Foundation

/// Where the server takes its time from.
public struct ServerClock: Sendable {
  /// Seconds since 1970, for what clients are told.
  public var secondsSince1970: @Sendable () -> Int
  /// Time since some fixed moment, which never goes back, for intervals.
  public var uptime: @Sendable () -> Duration
  /// Sleeps; ends early with `CancellationError` when the task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// A clock with every part given.
  public init(
    secondsSince1970: @escaping @Sendable () -> Int, uptime: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.secondsSince1970 = secondsSince1970
    self.uptime = uptime
    self.sleep = sleep
  }

  /// The machine's clocks.
  public static var system: ServerClock {
    let start = ContinuousClock.now
    return ServerClock(
      secondsSince1970: { Int(Date().timeIntervalSince1970) }, uptime: { ContinuousClock.now - start },
      sleep: { try await Task.sleep(for: $0) })
  }
}
