public import InkNN

/// A model that reads one sequence and writes another, as data (Vaswani et al., 2017).
public struct EncoderDecoderSpec: Sendable, Hashable {
  /// What reads the source. Its embedding's matrix is that of the decoder too.
  public var encoder: EncoderSpec
  /// What writes the target, one token after another.
  public var decoder: CrossDecoderSpec
  /// What makes logits of the decoder's states.
  public var head: HeadSpec
  /// The token a target begins with; nil when the files do not say.
  public var startToken: Int32?

  /// Entries of the embedding and of the logits.
  public var vocabulary: Int { encoder.vocabulary }
  /// Elements of the residual stream, the same on both sides.
  public var width: Int { encoder.width }

  /// A spec from its parts.
  public init(encoder: EncoderSpec, decoder: CrossDecoderSpec, head: HeadSpec, startToken: Int32?) {
    self.encoder = encoder
    self.decoder = decoder
    self.head = head
    self.startToken = startToken
  }
}

/// A decoder that looks at an encoded source.
public struct CrossDecoderSpec: Sendable, Hashable {
  /// What is done to the embedding, whose matrix is the encoder's.
  public var embedding: SequenceEmbeddingSpec
  /// The layers from the first to the last.
  public var layers: [CrossDecoderLayerSpec]
  /// Relative positions of self-attention, in one table for all layers (T5), if positions enter that way.
  public var relativePositions: RelativeBuckets?
  /// The norm behind the last layer; nil where each layer ends with its own.
  public var finalNorm: NormSpec?

  /// A decoder from its parts.
  public init(
    embedding: SequenceEmbeddingSpec, layers: [CrossDecoderLayerSpec], relativePositions: RelativeBuckets? = nil,
    finalNorm: NormSpec? = nil
  ) {
    self.embedding = embedding
    self.layers = layers
    self.relativePositions = relativePositions
    self.finalNorm = finalNorm
  }
}

/// One layer: attention to the target so far, attention to the source, a feed-forward part.
public struct CrossDecoderLayerSpec: Sendable, Hashable {
  /// Attention to the target so far.
  public var selfAttention: MultiHeadSpec
  /// Attention to the whole source.
  public var crossAttention: MultiHeadSpec
  /// What happens to each token by itself.
  public var feedForward: FeedForwardSpec
  /// The kind of all norms of the layer.
  public var norm: NormSpec
  /// Where the norms stand.
  public var placement: NormPlacement

  /// A layer from its parts.
  public init(
    selfAttention: MultiHeadSpec, crossAttention: MultiHeadSpec, feedForward: FeedForwardSpec, norm: NormSpec,
    placement: NormPlacement
  ) {
    self.selfAttention = selfAttention
    self.crossAttention = crossAttention
    self.feedForward = feedForward
    self.norm = norm
    self.placement = placement
  }
}
