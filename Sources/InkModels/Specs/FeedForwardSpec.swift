public import InkTensor

/// What happens to each token by itself.
public enum FeedForwardSpec: Sendable, Hashable {
  /// `down(activation(up(x)))`.
  case plain(ActivationFunction, width: Int, BiasSpec)
  /// `down(activation(gate(x)) * up(x))` (Shazeer, 2020).
  case gated(ActivationFunction, width: Int, BiasSpec)
  /// Some of many gated parts, chosen for each token by a router.
  case experts(ExpertsSpec)
}
