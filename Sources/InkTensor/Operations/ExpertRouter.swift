/// How the router of a mixture of experts turns its logits into a choice.
public struct ExpertRouter: Sendable, Hashable {
  /// How experts are scored and chosen. Of equal scores the expert with the lower number is chosen.
  public enum Rule: Sendable, Hashable {
    /// The largest logits; the weights are the softmax over the chosen ones (Mixtral).
    case softmaxOverChosen
    /// The largest probabilities of the softmax over all experts.
    case softmax(Normalization, Groups)
    /// The largest sigmoids plus a bias for each expert; the weights are the sigmoids without it (DeepSeek V3).
    case sigmoidWithBias(Normalization, Groups)
  }

  /// What is done to the weights of the chosen experts.
  public enum Normalization: Sendable, Hashable {
    /// Taken as they are.
    case none
    /// Divided by their sum.
    case sumToOne
  }

  /// Whether the choice is narrowed to groups of experts first.
  public enum Groups: Sendable, Hashable {
    case none
    /// The groups with the largest best score are kept (DeepSeek V2).
    case largest(groups: Int, kept: Int)
    /// The groups with the largest sum of their two best scores are kept (DeepSeek V3).
    case largestPair(groups: Int, kept: Int)
  }

  /// Experts there are.
  public var count: Int
  /// Experts a token goes through.
  public var chosen: Int
  /// How experts are scored and chosen.
  public var rule: Rule
  /// Multiplies the weights of the chosen experts.
  public var scale: Float

  /// A router from its settings.
  public init(count: Int, chosen: Int, rule: Rule, scale: Float = 1) {
    self.count = count
    self.chosen = chosen
    self.rule = rule
    self.scale = scale
  }

  /// Whether a choice of ``chosen`` experts can always be made.
  public var isPossible: Bool {
    guard count > 0, chosen > 0, chosen <= count else { return false }
    switch rule {
    case .softmaxOverChosen, .softmax(_, .none), .sigmoidWithBias(_, .none): return true
    case .softmax(_, .largest(let groups, let kept)), .sigmoidWithBias(_, .largest(let groups, let kept)):
      return leavesEnough(groups: groups, kept: kept, smallest: 1)
    case .softmax(_, .largestPair(let groups, let kept)), .sigmoidWithBias(_, .largestPair(let groups, let kept)):
      return leavesEnough(groups: groups, kept: kept, smallest: 2)
    }
  }

  private func leavesEnough(groups: Int, kept: Int, smallest: Int) -> Bool {
    groups > 0 && groups <= count && count % groups == 0 && count / groups >= smallest && kept > 0 && kept <= groups
      && kept * (count / groups) >= chosen
  }
}
