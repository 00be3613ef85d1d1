public import InkNN

/// The settings of multi-head latent attention: keys and values are made from one short vector a token, which is all
/// that the cache keeps beside a rotated key shared by the heads (DeepSeek-AI, 2024, "DeepSeek-V2").
public struct LatentAttentionSpec: Sendable, Hashable {
  /// How queries are made.
  public enum Query: Sendable, Hashable {
    /// By one matrix.
    case direct
    /// Through a normalized vector of this many elements.
    case compressed(rank: Int)
  }

  public var heads: Int
  public var query: Query
  /// Elements of the vector that keys and values are made from.
  public var keyValueRank: Int
  /// Elements of a query or key head that carry no position.
  public var contentWidth: Int
  /// The rotation of the elements that do; its width is theirs.
  public var rotary: RotaryEmbedding
  /// Elements of a value head.
  public var valueWidth: Int
  /// Multiplies the dot products.
  public var scale: Float
  /// The norm of the compressed vectors.
  public var norm: NormSpec
  /// Which of the input and output projections have a bias.
  public var biases: GroupedAttentionSpec.Biases

  /// Settings from their parts.
  public init(
    heads: Int, query: Query, keyValueRank: Int, contentWidth: Int, rotary: RotaryEmbedding, valueWidth: Int,
    scale: Float, norm: NormSpec, biases: GroupedAttentionSpec.Biases = .none
  ) {
    self.heads = heads
    self.query = query
    self.keyValueRank = keyValueRank
    self.contentWidth = contentWidth
    self.rotary = rotary
    self.valueWidth = valueWidth
    self.scale = scale
    self.norm = norm
    self.biases = biases
  }
}
