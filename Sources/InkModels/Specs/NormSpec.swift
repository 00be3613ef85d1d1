/// A normalization without its weights.
public enum NormSpec: Sendable, Hashable {
  /// What the stored numbers mean.
  public enum Gain: Sendable, Hashable {
    /// The factor itself.
    case direct
    /// The factor minus one (Gemma).
    case minusOne
  }

  case rms(epsilon: Float, gain: Gain = .direct)
  case layer(epsilon: Float, BiasSpec)
}
