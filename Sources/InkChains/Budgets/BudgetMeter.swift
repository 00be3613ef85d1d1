public import InkChat
import Synchronization

/// What a run has used, and whether it may go on.
public final class BudgetMeter: Sendable {
  private struct Used {
    var steps = 0
    var counts = TokenCounts(prompt: 0, completion: 0)
    var money = 0.0
    /// Pieces of answers that are being written, each at least a token.
    var writing = 0
  }

  /// What may be used.
  public let budget: Budget
  private let price: TokenPrice
  private let clock: ChainClock
  private let beginning: Duration
  private let parent: BudgetMeter?
  private let used = Mutex(Used())

  init(_ budget: Budget, price: TokenPrice, clock: ChainClock) {
    self.budget = budget
    self.price = price
    self.clock = clock
    beginning = clock.elapsed()
    parent = nil
  }

  /// A budget inside another: what is used counts against both.
  init(_ budget: Budget, within parent: BudgetMeter) {
    self.budget = budget
    self.parent = parent
    price = parent.price
    clock = parent.clock
    beginning = clock.elapsed()
  }

  /// Tokens used until now.
  public var counts: TokenCounts { used.withLock { $0.counts } }
  /// Money used until now.
  public var money: Double { used.withLock { $0.money } }
  /// Turns taken until now.
  public var steps: Int { used.withLock { $0.steps } }

  /// The time that is left; nil when there is no limit.
  public var timeLeft: Duration? {
    let own = budget.time.map { $0 - (clock.elapsed() - beginning) }
    return [own, parent?.timeLeft].compactMap { $0 }.min()
  }

  /// The tokens that are left; nil when there is no limit.
  public var tokensLeft: Int? {
    let own = budget.tokens.map { limit in
      used.withLock { limit - $0.counts.prompt - $0.counts.completion - $0.writing }
    }
    return [own, parent?.tokensLeft].compactMap { $0 }.min()
  }

  /// The tokens of an answer that the money is enough for; nil when there is no limit or they cost nothing.
  var affordableTokens: Int? {
    var own: Int?
    if let limit = budget.money, price.completion > 0 {
      let left = max(limit - used.withLock { $0.money + writingCost($0.writing) }, 0)
      own = Int(min((left / price.completion * 1e6).rounded(.down), 1e15))
    }
    return [own, parent?.affordableTokens].compactMap { $0 }.min()
  }

  private func writingCost(_ tokens: Int) -> Double { price.cost(of: TokenCounts(prompt: 0, completion: tokens)) }

  /// Takes one turn.
  ///
  /// - Throws: `budget` when all turns are taken.
  public func takeStep() throws(ChainError) {
    try parent?.takeStep()
    let taken = used.withLock { used in
      used.steps += 1
      return used.steps
    }
    if let limit = budget.steps, taken > limit {
      throw ChainError(
        .budget, context: "steps", expected: "at most \(limit)", found: "another one is needed",
        hint: "Allow more steps, or ask for less.")
    }
  }

  /// Counts a model's answer; an answer that went over the limit is seen by the next ``check()``.
  public func count(_ counts: TokenCounts) {
    parent?.count(counts)
    used.withLock { used in
      used.counts.prompt += counts.prompt
      used.counts.cachedPrompt += counts.cachedPrompt
      used.counts.completion += counts.completion
      used.counts.reasoning += counts.reasoning
      used.money += price.cost(of: counts)
    }
  }

  /// Counts a piece of an answer that is being written.
  ///
  /// - Throws: `budget` when the answers that are being written go over the limit of tokens or money, as those of an
  ///   endpoint do that heeds no limit, or several that are written at the same time.
  func countPiece() throws(ChainError) {
    try parent?.countPiece()
    let (tokens, money) = used.withLock { used in
      used.writing += 1
      return (
        used.counts.prompt + used.counts.completion + used.writing, used.money + writingCost(used.writing)
      )
    }
    if let limit = budget.tokens, tokens > limit { throw Self.tokenError(limit, tokens) }
    if let limit = budget.money, money > limit { throw Self.moneyError(limit, money) }
  }

  /// Takes back pieces of an answer that is over; what it took is counted as a whole.
  func forget(pieces: Int) {
    parent?.forget(pieces: pieces)
    used.withLock { $0.writing -= pieces }
  }

  /// Throws when nothing is left of the tokens, the time or the money.
  public func check() throws(ChainError) {
    try parent?.check()
    if let limit = budget.tokens {
      let total = used.withLock { $0.counts.prompt + $0.counts.completion }
      guard total < limit else { throw Self.tokenError(limit, total) }
    }
    if let limit = budget.money {
      let money = money
      guard money < limit else { throw Self.moneyError(limit, money) }
    }
    if let limit = budget.time, clock.elapsed() - beginning >= limit { throw Self.timeError(limit) }
  }

  private static func tokenError(_ limit: Int, _ used: Int) -> ChainError {
    ChainError(.budget, context: "tokens", expected: "at most \(limit)", found: "\(used) used")
  }

  private static func moneyError(_ limit: Double, _ used: Double) -> ChainError {
    ChainError(.budget, context: "money", expected: "at most \(limit)", found: "\(used) used")
  }

  static func timeError(_ limit: Duration) -> ChainError {
    ChainError(.budget, context: "time", expected: "at most \(limit)", found: "not done by then")
  }
}
