/// How a chain is run: who watches, what it may use, what time it is.
public struct RunSettings: Sendable {
  /// Who is told what happens.
  public var observers: [any ChainObserver]
  /// What the run may use.
  public var budget: Budget
  /// What tokens cost, for budgets of money.
  public var price: TokenPrice
  /// The time by which waits and limits go.
  public var clock: ChainClock

  /// Settings; the defaults set no limit.
  public init(
    observers: [any ChainObserver] = [], budget: Budget = Budget(), price: TokenPrice = .free,
    clock: ChainClock = ChainClock(ContinuousClock())
  ) {
    self.observers = observers
    self.budget = budget
    self.price = price
    self.clock = clock
  }
}
