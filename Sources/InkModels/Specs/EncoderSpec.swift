public import InkNN

/// A model that reads a whole sequence at once, every token seeing all others, as data (Devlin et al., 2018).
public struct EncoderSpec: Sendable, Hashable {
  /// Entries of the embedding.
  public var vocabulary: Int
  /// Elements of the residual stream.
  public var width: Int
  /// What turns tokens into the first residual stream.
  public var embedding: SequenceEmbeddingSpec
  /// The layers from the first to the last.
  public var layers: [EncoderLayerSpec]
  /// Relative positions, in one table for all layers (T5), if positions enter that way.
  public var relativePositions: RelativeBuckets?
  /// The norm behind the last layer; nil where each layer ends with its own.
  public var finalNorm: NormSpec?
  /// What stands on top of the last layer.
  public var outputs: EncoderOutputsSpec
  /// The most tokens of a sequence; nil when positions have no end.
  public var contextLength: Int?

  /// A spec from its parts.
  public init(
    vocabulary: Int, width: Int, embedding: SequenceEmbeddingSpec, layers: [EncoderLayerSpec],
    relativePositions: RelativeBuckets? = nil, finalNorm: NormSpec? = nil,
    outputs: EncoderOutputsSpec = EncoderOutputsSpec(), contextLength: Int?
  ) {
    self.vocabulary = vocabulary
    self.width = width
    self.embedding = embedding
    self.layers = layers
    self.relativePositions = relativePositions
    self.finalNorm = finalNorm
    self.outputs = outputs
    self.contextLength = contextLength
  }
}

/// One layer of an encoder: attention over the whole sequence, then a feed-forward part.
public struct EncoderLayerSpec: Sendable, Hashable {
  /// How tokens see each other.
  public var attention: MultiHeadSpec
  /// What happens to each token by itself.
  public var feedForward: FeedForwardSpec
  /// The kind of all norms of the layer.
  public var norm: NormSpec
  /// Where the norms stand.
  public var placement: NormPlacement

  /// A layer from its parts.
  public init(attention: MultiHeadSpec, feedForward: FeedForwardSpec, norm: NormSpec, placement: NormPlacement) {
    self.attention = attention
    self.feedForward = feedForward
    self.norm = norm
    self.placement = placement
  }
}

/// Where the norms of a layer stand.
///
/// ```
/// before:    x + part(norm(x))
/// afterSum:  norm(x + part(x))
/// ```
public enum NormPlacement: Sendable, Hashable {
  /// In front of each part (T5).
  case before
  /// Behind the sum of residual and part, as in the original Transformer (BERT).
  case afterSum
}

/// Multi-head attention without its weights (Vaswani et al., 2017).
public struct MultiHeadSpec: Sendable, Hashable {
  /// Heads of queries, keys and values alike.
  public var heads: Int
  /// Elements of one head.
  public var headWidth: Int
  /// Multiplies the dot products.
  public var scale: Float
  /// Whether query, key, value and output add a vector.
  public var bias: BiasSpec

  /// Settings; `scale` defaults to one over the root of the head width.
  public init(heads: Int, headWidth: Int, scale: Float? = nil, bias: BiasSpec) {
    self.heads = heads
    self.headWidth = headWidth
    self.scale = scale ?? 1 / Float(headWidth).squareRoot()
    self.bias = bias
  }
}

/// What turns tokens into the first residual stream of an encoder or of the decoder beside it.
public struct SequenceEmbeddingSpec: Sendable, Hashable {
  /// How positions enter, if they do here.
  public enum Positions: Sendable, Hashable {
    case none
    /// A learned row for each, added.
    ///
    /// - Parameters:
    ///   - rows: rows of the table.
    ///   - first: the row of a sequence's first token (RoBERTa: the padding token's id plus one).
    case learned(rows: Int, first: Int)
    /// Sines and cosines, added (Vaswani et al., 2017).
    case sinusoidal
  }

  /// Multiplies the tokens' rows, before anything is added.
  public var scale: Float
  /// How positions enter.
  public var positions: Positions
  /// Kinds of token, each with a learned row that is added; 0 when kinds are not told apart.
  public var tokenTypes: Int
  /// The norm of the sum of all rows, if there is one (BERT).
  public var norm: NormSpec?

  /// An embedding; without arguments a plain one.
  public init(scale: Float = 1, positions: Positions = .none, tokenTypes: Int = 0, norm: NormSpec? = nil) {
    self.scale = scale
    self.positions = positions
    self.tokenTypes = tokenTypes
    self.norm = norm
  }
}
