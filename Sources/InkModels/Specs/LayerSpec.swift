/// One layer: a mixer of tokens, a feed-forward part, and how norms and residuals join them.
public struct LayerSpec: Sendable, Hashable {
  /// How tokens see each other.
  public var mixer: MixerSpec
  /// What happens to each token by itself.
  public var feedForward: FeedForwardSpec
  /// The kind of all norms of the layer.
  public var norm: NormSpec
  /// Where norms and residuals stand.
  public var wiring: Wiring

  /// A layer from its parts.
  public init(mixer: MixerSpec, feedForward: FeedForwardSpec, norm: NormSpec, wiring: Wiring) {
    self.mixer = mixer
    self.feedForward = feedForward
    self.norm = norm
    self.wiring = wiring
  }
}

/// How tokens see each other.
public enum MixerSpec: Sendable, Hashable {
  /// Grouped-query attention; multi-head and multi-query attention are its two ends (Ainslie et al., 2023).
  case grouped(GroupedAttentionSpec)
  /// Multi-head latent attention (DeepSeek-AI, 2024).
  case latent(LatentAttentionSpec)

  /// Which keys a query sees.
  public var window: GroupedAttentionSpec.Window {
    switch self {
    case .grouped(let attention): attention.window
    case .latent: .unlimited
    }
  }
}
