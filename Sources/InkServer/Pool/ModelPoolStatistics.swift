/// What a pool has done since it began, and what it holds.
public struct ModelPoolStatistics: Sendable, Hashable {
  /// Models that were loaded.
  public var loads = 0
  /// Loads that failed.
  public var failures = 0
  /// Models that left, by reason.
  public var departures: [ModelPoolEvent.Departure: Int] = [:]
  /// Models that can answer.
  public var loadedModels = 0
  /// Bytes that models take or are promised, those among them that only finish running requests.
  public var byteCount = 0
  /// Leases in use.
  public var leases = 0
  /// Requests that wait for a model to be loaded.
  public var waitingRequests = 0

  /// Nothing done.
  public init() {}
}
