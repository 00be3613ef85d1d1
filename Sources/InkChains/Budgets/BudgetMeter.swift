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
    /// Tokens that requests under way are expected to read.
    var reading = 0
    var forecast = PromptForecast()

    var tokens: Int { counts.prompt + counts.completion + writing + reading }

    /// What was paid, and what is owed for requests under way.
    func owed(_ price: TokenPrice) -> Double {
      money + price.cost(of: TokenCounts(prompt: reading, completion: writing))
    }
  }

  /// What may be used.
  public let budget: Budget
  private let price: TokenPrice
  private let clock: ChainClock
  private let beginning: Duration
  private let parent: BudgetMeter?
  private let used = Mutex(Used())

  /// A meter at nothing, whose time begins now.
  public init(_ budget: Budget, price: TokenPrice = .free, clock: ChainClock = ChainClock(ContinuousClock())) {
    self.budget = budget
    self.price = price
    self.clock = clock
    beginning = clock.elapsed()
    parent = nil
  }

  /// A budget inside another: what is used counts against both, at the outer one's price.
  init(_ budget: Budget, within parent: BudgetMeter, clock: ChainClock) {
    self.budget = budget
    self.parent = parent
    price = parent.price
    self.clock = clock
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

  /// The limit of time that ends first, for errors.
  var timeLimit: Duration {
    let own = budget.time.map { (limit: $0, left: $0 - (clock.elapsed() - beginning)) }
    let outer = parent?.timeLeft.map { (limit: parent?.timeLimit ?? $0, left: $0) }
    return [own, outer].compactMap { $0 }.min { $0.left < $1.left }?.limit ?? .zero
  }

  /// The tokens that are left; nil when there is no limit.
  public var tokensLeft: Int? {
    let own = budget.tokens.map { limit in used.withLock { limit - $0.tokens } }
    return [own, parent?.tokensLeft].compactMap { $0 }.min()
  }

  /// The tokens of an answer that the money is enough for; nil when there is no limit or they cost nothing.
  var affordableTokens: Int? {
    var own: Int?
    if let limit = budget.money, price.completion > 0 {
      let left = max(limit - used.withLock { $0.owed(price) }, 0)
      own = Int(min((left / price.completion * 1e6).rounded(.down), 1e15))
    }
    return [own, parent?.affordableTokens].compactMap { $0 }.min()
  }

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

  /// Sets aside what a request is going to read, so that it is not begun when that alone is too much, and requests at
  /// the same time do not rest on the same tokens.
  ///
  /// - Parameter estimate: the prompt's length by ``TextMeasure/estimate``; what models told of the prompts before it
  ///   betters it.
  /// - Returns: the tokens, which ``settle(_:pieces:)`` gives back.
  /// - Throws: `budget` when they and one token of an answer are more than what is left.
  func setAside(prompt estimate: () -> Int) throws(ChainError) -> SetAside {
    guard limitsTokens else { return SetAside(estimate: 0, tokens: 0) }
    let estimate = estimate()
    let tokens = outermost.used.withLock { $0.forecast.tokens(estimate) }
    try reserve(tokens)
    return SetAside(estimate: estimate, tokens: tokens)
  }

  /// What was set aside for a request.
  struct SetAside: Sendable {
    let estimate: Int
    let tokens: Int
  }

  private var outermost: BudgetMeter { parent?.outermost ?? self }
  private var limitsTokens: Bool { budget.tokens != nil || budget.money != nil || parent?.limitsTokens == true }

  private func reserve(_ tokens: Int) throws(ChainError) {
    try parent?.reserve(tokens)
    let error = used.withLock { used -> ChainError? in
      if let limit = budget.tokens, used.tokens + tokens >= limit {
        return Self.tokenError(limit, used.tokens, reading: tokens)
      }
      let cost = price.cost(of: TokenCounts(prompt: tokens, completion: 1))
      if let limit = budget.money, used.owed(price) + cost > limit {
        return Self.moneyError(limit, used.owed(price), next: cost)
      }
      used.reading += tokens
      return nil
    }
    guard let error else { return }
    parent?.release(tokens, pieces: 0)
    throw error
  }

  private func release(_ tokens: Int, pieces: Int) {
    parent?.release(tokens, pieces: pieces)
    used.withLock { used in
      used.reading -= tokens
      used.writing -= pieces
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
      return (used.tokens, used.owed(price))
    }
    if let limit = budget.tokens, tokens > limit { throw Self.tokenError(limit, tokens) }
    if let limit = budget.money, money > limit { throw Self.moneyError(limit, money) }
  }

  /// Takes back what was set aside and the pieces of an answer that is over; what it took is counted as a whole.
  func settle(_ request: SetAside, pieces: Int) { release(request.tokens, pieces: pieces) }

  /// Takes note of how long a prompt was to the model, for the prompts that follow.
  func learn(_ request: SetAside, prompt tokens: Int) {
    guard request.estimate > 0, tokens > 0 else { return }
    outermost.used.withLock { $0.forecast.learn(estimate: request.estimate, told: tokens) }
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

  private static func tokenError(_ limit: Int, _ used: Int, reading: Int = 0) -> ChainError {
    let next = reading > 0 ? " and about \(reading) to be read" : ""
    return ChainError(.budget, context: "tokens", expected: "at most \(limit)", found: "\(used) used\(next)")
  }

  private static func moneyError(_ limit: Double, _ used: Double, next: Double = 0) -> ChainError {
    let more = next > 0 ? " and about \(next) for the next request" : ""
    return ChainError(.budget, context: "money", expected: "at most \(limit)", found: "\(used) used\(more)")
  }

  static func timeError(_ limit: Duration) -> ChainError {
    ChainError(.budget, context: "time", expected: "at most \(limit)", found: "not done by then")
  }
}
