/// How a chain is run: who watches, what it may use, what time it is.
public struct RunSettings: Sendable {
  /// Who is told what happens.
  public var observers: [any ChainObserver]
  /// What the run may use.
  public var budget: Budget
  /// What several runs may use together, such as those of one application: what this run uses counts against it too.
  /// Nil for a run by itself.
  public var shared: BudgetMeter?
  /// What tokens cost, for budgets of money; the price of what is shared holds where something is.
  public var price: TokenPrice
  /// The time by which waits and limits go.
  public var clock: ChainClock

  /// Settings; the defaults set no limit.
  public init(
    observers: [any ChainObserver] = [], budget: Budget = Budget(), shared: BudgetMeter? = nil,
    price: TokenPrice = .free, clock: ChainClock = ChainClock(ContinuousClock())
  ) {
    self.observers = observers
    self.budget = budget
    self.shared = shared
    self.price = price
    self.clock = clock
  }
}
