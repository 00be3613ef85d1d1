public import InkNN

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
    /// Scores grow smaller with distance by these slopes, one a query head (Press, Smith and Lewis, 2021).
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

  /// Norms of queries and keys before rotation.
  public enum QueryKeyNorm: Sendable, Hashable {
    case none
    /// On each head, with one weight for all heads (Qwen 3, Gemma 3).
    case heads(NormSpec)
    /// On all heads together (OLMo 2).
    case projection(NormSpec)
  }

  /// Query heads.
  public var heads: Int
  /// Key and value heads; divides ``heads``.
  public var keyValueHeads: Int
  /// Elements of one head of queries, keys and values.
  public var headWidth: Int
  /// Multiplies the dot products.
  public var scale: Float
  /// How positions enter.
  public var position: Position
  /// Which of the keys before it a query sees.
  public var window: Window
  /// Which projections add a vector.
  public var biases: Biases
  /// Norms of queries and keys before rotation.
  public var queryKeyNorm: QueryKeyNorm
  /// Scores become `cap * tanh(score / cap)` when set (Gemma 2).
  public var softCap: Float?
  /// Queries, keys and values are held between minus this and this when set (MPT).
  public var clip: Float?

  /// Settings; `scale` defaults to one over the root of the head width.
  public init(
    heads: Int, keyValueHeads: Int, headWidth: Int, scale: Float? = nil, position: Position,
    window: Window = .unlimited, biases: Biases = .none, queryKeyNorm: QueryKeyNorm = .none, softCap: Float? = nil,
    clip: Float? = nil
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.scale = scale ?? 1 / Float(headWidth).squareRoot()
    self.position = position
    self.window = window
    self.biases = biases
    self.queryKeyNorm = queryKeyNorm
    self.softCap = softCap
    self.clip = clip
  }
}
