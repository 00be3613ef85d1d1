public import InkTensor

/// A mixture of experts: a router chooses some of many gated feed-forward parts for each token (Shazeer et al., 2017).
public struct ExpertsSpec: Sendable, Hashable {
  /// How experts are scored and chosen.
  public enum Router: Sendable, Hashable {
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

  /// A part that every token goes through beside the chosen ones.
  public enum Shared: Sendable, Hashable {
    case none
    case always(width: Int)
    /// Multiplied by the sigmoid of a gate of its own (Qwen 2 MoE).
    case gated(width: Int)
  }

  /// Experts there are.
  public var count: Int
  /// Experts a token goes through.
  public var chosen: Int
  /// Inner elements of an expert.
  public var width: Int
  public var function: ActivationFunction
  public var router: Router
  /// Multiplies the weights of the chosen experts.
  public var scale: Float
  public var shared: Shared

  /// Settings from their parts.
  public init(
    count: Int, chosen: Int, width: Int, function: ActivationFunction, router: Router, scale: Float = 1,
    shared: Shared = .none
  ) {
    self.count = count
    self.chosen = chosen
    self.width = width
    self.function = function
    self.router = router
    self.scale = scale
    self.shared = shared
  }
}
