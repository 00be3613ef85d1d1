public import InkRemote

/// Which servers stand behind this one, and how they are looked after.
public struct GatewayOptions: Sendable, Hashable {
  /// The servers.
  public var workers: [WorkerSettings]
  /// Which program answers at all of them.
  public var dialect: EndpointDialect
  /// How long they may take.
  public var timeouts: EndpointTimeouts
  /// Time between two looks at a server's health.
  public var healthInterval: Duration
  /// Looks in a row that must fail before a server gets no more requests.
  public var failuresBeforeRemoval: Int
  /// Servers that are tried for one request, the first among them.
  public var attempts: Int

  /// Options with every field given.
  public init(
    workers: [WorkerSettings], dialect: EndpointDialect = .inkstone,
    timeouts: EndpointTimeouts = EndpointTimeouts(), healthInterval: Duration = .seconds(5),
    failuresBeforeRemoval: Int = 2, attempts: Int = 3
  ) {
    self.workers = workers
    self.dialect = dialect
    self.timeouts = timeouts
    self.healthInterval = healthInterval
    self.failuresBeforeRemoval = failuresBeforeRemoval
    self.attempts = attempts
  }
}
