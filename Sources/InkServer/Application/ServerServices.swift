/// What every route is given.
public struct ServerServices: Sendable {
  /// How the server behaves.
  public let settings: ServerSettings
  /// Where models come from.
  public let models: any ModelProvider
  /// Where the time comes from.
  public let clock: ServerClock
  /// Where identifiers come from.
  public let identifiers: IdentifierSource
  /// What is kept between requests.
  public let store: StateStore
  /// The knowledge bases; nil for a server without any.
  public let knowledge: KnowledgeDesk?
  /// Where batches are handed over.
  package let batches = BatchDesk()
  /// What is going on.
  package let activity: ServerActivity
  /// What has been going on, for `/metrics`.
  package let metrics: ServerMetrics
  /// The memory that bodies take.
  let bodies: BodyBudget

  init(
    settings: ServerSettings, models: any ModelProvider, store: StateStore, knowledge: KnowledgeDesk? = nil,
    clock: ServerClock = .system, identifiers: IdentifierSource = .random,
    onLargeRequestEnd: @escaping @Sendable () -> Void = {}
  ) {
    self.settings = settings
    self.models = models
    self.clock = clock
    self.identifiers = identifiers
    self.store = store
    self.knowledge = knowledge
    activity = ServerActivity()
    metrics = ServerMetrics()
    bodies = BodyBudget(
      limit: settings.limits.heldBodyBytes, clock: clock, onLargeEnd: onLargeRequestEnd)
  }
}
