/// How a request stands among others that wait for the same model.
public struct RequestUrgency: Sendable, Hashable {
  /// Requests of a higher priority go first; 0 is the usual one.
  public var priority: Int
  /// The longest time to wait for the first token; nil waits as long as it takes. A request that cannot be begun in time
  /// fails with `timedOut`.
  public var patience: Duration?
  /// Who asks, for fairness: the requests of one client do not keep those of another waiting.
  public var client: String

  /// An urgency with every field given.
  public init(priority: Int = 0, patience: Duration? = nil, client: String = "") {
    self.priority = priority
    self.patience = patience
    self.client = client
  }
}
