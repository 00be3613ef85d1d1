/// What a run may use. Nil sets no limit.
public struct Budget: Sendable, Hashable {
  /// Turns of an agent, each one answer of a model with the tools it asked for.
  public var steps: Int?
  /// Tokens of prompts and answers together.
  public var tokens: Int?
  /// Time from the beginning of the run.
  public var time: Duration?
  /// Money, in the currency of the ``TokenPrice``.
  public var money: Double?

  /// A budget.
  public init(steps: Int? = nil, tokens: Int? = nil, time: Duration? = nil, money: Double? = nil) {
    self.steps = steps
    self.tokens = tokens
    self.time = time
    self.money = money
  }
}
