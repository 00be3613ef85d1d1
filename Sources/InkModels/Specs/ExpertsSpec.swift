public import InkTensor

/// A mixture of experts: a router chooses some of many gated feed-forward parts for each token (Shazeer et al., 2017).
public struct ExpertsSpec: Sendable, Hashable {
  /// A part that every token goes through beside the chosen ones.
  public enum Shared: Sendable, Hashable {
    case none
    case always(width: Int)
    /// Multiplied by the sigmoid of a gate of its own (Qwen 2 MoE).
    case gated(width: Int)
  }

  /// How many experts there are, how many are chosen, and by which rule.
  public var router: ExpertRouter
  /// Inner elements of an expert.
  public var width: Int
  /// Bends the gate of each expert and of the shared part.
  public var function: ActivationFunction
  /// What every token goes through beside its experts.
  public var shared: Shared

  /// Settings from their parts.
  public init(router: ExpertRouter, width: Int, function: ActivationFunction, shared: Shared = .none) {
    self.router = router
    self.width = width
    self.function = function
    self.shared = shared
  }
}
