import Synchronization

/// What a step is handed beside its input: a voice to observers, the run's budget, the time, and the way to run other
/// steps.
public struct ChainContext: Sendable {
  /// The time by which waits and limits go; it counts from the beginning of the run.
  public let clock: ChainClock
  /// What the run has used of its budget.
  public let meter: BudgetMeter
  private let observers: [any ChainObserver]
  private let position: [Int]
  private let step: String
  private let children: ChildCounter

  /// The context of a new run.
  public init(_ settings: RunSettings) {
    clock = settings.clock.restarted()
    meter =
      if let shared = settings.shared {
        BudgetMeter(settings.budget, within: shared, clock: clock)
      } else {
        BudgetMeter(settings.budget, price: settings.price, clock: clock)
      }
    observers = settings.observers.map { $0.observerOfRun() }
    position = []
    step = ""
    children = ChildCounter()
  }

  private init(same place: ChainContext, meter: BudgetMeter) {
    clock = place.clock
    self.meter = meter
    observers = place.observers
    position = place.position
    step = place.step
    children = place.children
  }

  private init(parent: ChainContext, step: String) {
    clock = parent.clock
    meter = parent.meter
    observers = parent.observers
    position = parent.position + [parent.children.next()]
    self.step = step
    children = ChildCounter()
  }

  /// Runs a step inside the present one and tells of its beginning and its end.
  ///
  /// - Throws: what the step throws; `cancelled` when the task was cancelled.
  public func run<Part: Step>(_ part: Part, on input: Part.Input) async throws(ChainError) -> Part.Output {
    guard let name = part.name else {
      try checkCancellation()
      return try await part.run(input, in: self)
    }
    return try await child(named: name).observed(input) { inner throws(ChainError) in
      try await part.run(input, in: inner)
    }
  }

  /// Tells observers what happens in the present step.
  public func tell(_ happening: ChainEvent.Happening) {
    guard !observers.isEmpty else { return }
    let event = ChainEvent(position: position, step: step, elapsed: clock.elapsed(), happening: happening)
    for observer in observers { observer.observe(event) }
  }

  /// Throws when the task was cancelled.
  public func checkCancellation() throws(ChainError) {
    guard Task.isCancelled else { return }
    throw ChainError(.cancelled, context: step.isEmpty ? "chain" : step, found: "the task was cancelled")
  }

  /// A place for a step inside the present one. Places are numbered in the order of these calls.
  package func child(named name: String) -> ChainContext {
    ChainContext(parent: self, step: name)
  }

  /// The same place with a budget of its own, which counts against the present one too.
  package func limited(to budget: Budget) -> ChainContext {
    ChainContext(same: self, meter: BudgetMeter(budget, within: meter, clock: clock))
  }

  /// Does the work of the present step between the events that tell of its beginning and its end.
  package func observed<Output: Sendable>(
    _ input: some Sendable, _ work: @Sendable (ChainContext) async throws(ChainError) -> Output
  ) async throws(ChainError) -> Output {
    try checkCancellation()
    if !observers.isEmpty { tell(.started(input: EventText.short(input))) }
    do throws(ChainError) {
      let output = try await work(self)
      if !observers.isEmpty { tell(.finished(output: EventText.short(output))) }
      return output
    } catch {
      tell(.failed(error))
      throw error
    }
  }
}

/// Numbers the steps inside a step.
private final class ChildCounter: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}
