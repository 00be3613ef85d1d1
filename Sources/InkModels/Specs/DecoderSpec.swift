/// A decoder-only language model as data: everything the forward pass needs to be put together, and nothing else.
///
/// A family's file makes one from `config.json` or GGUF metadata; assembly reads it once.
public struct DecoderSpec: Sendable, Hashable {
  /// Entries of the embedding and of the logits.
  public var vocabulary: Int
  /// Elements of the residual stream.
  public var width: Int
  /// The layers from the first to the last; they may differ.
  public var layers: [LayerSpec]
  /// What stands before the first layer.
  public var embedding: EmbeddingSpec
  /// The norm between the last layer and the head; nil where the layers end with norms of their own.
  public var finalNorm: NormSpec?
  /// What makes logits of the last state.
  public var head: HeadSpec
  /// Positions the model was trained for.
  public var contextLength: Int
  /// How the tokens of a sequence see each other and count their positions.
  public var arrangement: ArrangementSpec
  /// Layers behind the last one that predict the tokens after the next (DeepSeek V3). They are no part of the decoder:
  /// their weights stay in the file until speculation asks for them.
  public var predictionLayers: Int

  /// A spec from its parts.
  public init(
    vocabulary: Int, width: Int, layers: [LayerSpec], embedding: EmbeddingSpec = EmbeddingSpec(),
    finalNorm: NormSpec?, head: HeadSpec, contextLength: Int, arrangement: ArrangementSpec = .causal,
    predictionLayers: Int = 0
  ) {
    self.vocabulary = vocabulary
    self.width = width
    self.layers = layers
    self.embedding = embedding
    self.finalNorm = finalNorm
    self.head = head
    self.contextLength = contextLength
    self.arrangement = arrangement
    self.predictionLayers = predictionLayers
  }
}

/// What stands before the first layer.
public struct EmbeddingSpec: Sendable, Hashable {
  /// How positions enter the embedding, if they do.
  public enum Positions: Sendable, Hashable {
    /// Not here: the mixer knows them.
    case none
    /// A learned row for each position, added (GPT-2). The row of position 0 is the one at `offset` (OPT: 2).
    case learned(count: Int, offset: Int = 0)
  }

  /// Elements of a stored embedding where they are not those of the residual stream: a projection follows (OPT-350m).
  public var projectedFrom: Int?
  /// Multiplies the embedding (Gemma: the root of the width).
  public var scale: Float
  /// How positions enter the embedding.
  public var positions: Positions
  /// A norm right after the embedding (BLOOM).
  public var norm: NormSpec?

  /// An embedding; without arguments a plain one.
  public init(scale: Float = 1, positions: Positions = .none, norm: NormSpec? = nil, projectedFrom: Int? = nil) {
    self.projectedFrom = projectedFrom
    self.scale = scale
    self.positions = positions
    self.norm = norm
  }
}

/// What turns the last hidden state into logits.
public struct HeadSpec: Sendable, Hashable {
  /// Where the matrix comes from.
  public enum Weight: Sendable, Hashable {
    /// The embedding's own.
    case tied
    /// A matrix of its own.
    case own(BiasSpec)
    /// A matrix of its own whose rows are used as vectors of length one (Baichuan 2).
    case normalizedRows
  }

  /// Where the matrix comes from.
  public var weight: Weight
  /// Logits become `cap * tanh(logit / cap)` when set (Gemma 2).
  public var softCap: Float?
  /// Multiplies the logits (Granite, Cohere).
  public var scale: Float

  /// A head from its settings.
  public init(weight: Weight, softCap: Float? = nil, scale: Float = 1) {
    self.weight = weight
    self.softCap = softCap
    self.scale = scale
  }
}

/// Whether a projection adds a vector of its own.
public enum BiasSpec: Sendable, Hashable {
  case none, present
}
