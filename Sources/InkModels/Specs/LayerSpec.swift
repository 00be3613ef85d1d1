public import InkNN
public import InkTensor

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
}

/// The settings of grouped-query attention.
public struct GroupedAttentionSpec: Sendable, Hashable {
  /// Which keys a query sees.
  public enum Window: Sendable, Hashable {
    /// All before it.
    case unlimited
    /// The last few, its own among them.
    case last(Int)
  }

  /// How positions enter.
  public enum Position: Sendable, Hashable {
    /// Not here.
    case none
    case rotary(RotaryEmbedding)
    /// Scores grow smaller with distance by these slopes, one a query head.
    case alibi(slopes: [Float])
  }

  /// Which projections have a bias.
  public enum Biases: Sendable, Hashable {
    case none
    /// Query, key and value (Qwen 2).
    case inputs
    /// Query, key, value and output.
    case all
  }

  /// Query heads.
  public var heads: Int
  /// Key and value heads; divides ``heads``.
  public var keyValueHeads: Int
  public var headWidth: Int
  /// Multiplies the dot products.
  public var scale: Float
  public var position: Position
  public var window: Window
  public var biases: Biases
  /// Normalizes each head of queries and keys before rotation (Qwen 3, Gemma 3).
  public var headNorm: NormSpec?
  /// Scores become `cap * tanh(score / cap)` when set (Gemma 2).
  public var softCap: Float?

  /// Settings; `scale` defaults to one over the root of the head width.
  public init(
    heads: Int, keyValueHeads: Int, headWidth: Int, scale: Float? = nil, position: Position,
    window: Window = .unlimited, biases: Biases = .none, headNorm: NormSpec? = nil, softCap: Float? = nil
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.scale = scale ?? 1 / Float(headWidth).squareRoot()
    self.position = position
    self.window = window
    self.biases = biases
    self.headNorm = headNorm
    self.softCap = softCap
  }
}

/// What happens to each token by itself.
public enum FeedForwardSpec: Sendable, Hashable {
  /// `down(activation(up(x)))`.
  case plain(ActivationFunction, width: Int, BiasSpec)
  /// `down(activation(gate(x)) * up(x))` (Shazeer, 2020).
  case gated(ActivationFunction, width: Int, BiasSpec)
}

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

/// Where norms and residuals stand.
///
/// ```
/// pre:       x + mixer(norm(x))          then  x + feedForward(norm(x))
/// post:      x + norm(mixer(x))          then  x + norm(feedForward(x))
/// sandwich:  x + norm(mixer(norm(x)))    then  x + norm(feedForward(norm(x)))
/// parallel:  x + mixer(norm(x)) + feedForward(norm(x))
/// ```
public enum Wiring: Sendable, Hashable {
  case pre
  case post
  case sandwich
  case parallel(ParallelNorms)

  /// The norms of the parallel form.
  public enum ParallelNorms: Sendable, Hashable {
    /// One for both branches.
    case shared
    /// One for each.
    case separate
  }
}
