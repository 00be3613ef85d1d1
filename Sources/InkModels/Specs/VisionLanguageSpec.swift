public import InkTensor

/// A decoder that reads pictures: a vision transformer, a connector, and a language model whose prompt holds the
/// connector's rows in place of one of its tokens.
public struct VisionLanguageSpec: Sendable, Hashable {
  /// The tower of pictures.
  public var vision: VisionSpec
  /// What turns its rows into those of the language model.
  public var connector: VisionConnector
  /// The language model.
  public var decoder: DecoderSpec
  /// The token whose places are taken by rows of pictures.
  public var imageToken: Int32

  /// A spec from its parts.
  public init(vision: VisionSpec, connector: VisionConnector, decoder: DecoderSpec, imageToken: Int32) {
    self.vision = vision
    self.connector = connector
    self.decoder = decoder
    self.imageToken = imageToken
  }

  /// Rows that a picture takes in the prompt.
  public var rowsPerImage: Int {
    switch connector {
    case .projector(let projector):
      switch projector.rows {
      case .patches: vision.patchCount
      case .all: vision.patchCount + 1
      }
    case .queryTokens(let queries): queries.count
    }
  }
}

/// What makes rows of the language model from states of the vision transformer.
public enum VisionConnector: Sendable, Hashable {
  /// Two linear maps with an activation between them, for each patch by itself (LLaVA 1.5; Liu et al., 2023).
  case projector(ProjectorSpec)
  /// Learned queries that look at the patches through a transformer of their own (BLIP-2, Li et al., 2023; VisualGLM).
  case queryTokens(QueryTokensSpec)
}

/// The settings of a projector.
public struct ProjectorSpec: Sendable, Hashable {
  /// Which rows of the vision transformer are used.
  public enum Rows: Sendable, Hashable {
    /// Those of the patches.
    case patches
    /// The row of the whole too.
    case all
  }

  /// The blocks behind which states are taken, each counted from the first block; 0 is before all of them. Several are
  /// put side by side.
  public var layers: [Int]
  /// Which rows of the vision transformer become rows of the language model.
  public var rows: Rows
  /// Stands between the two linear maps.
  public var activation: ActivationFunction
  /// Whether the linear maps add a vector.
  public var bias: BiasSpec

  /// Settings of a projector.
  public init(layers: [Int], rows: Rows, activation: ActivationFunction, bias: BiasSpec) {
    self.layers = layers
    self.rows = rows
    self.activation = activation
    self.bias = bias
  }
}

/// The settings of a transformer of queries.
public struct QueryTokensSpec: Sendable, Hashable {
  /// Learned queries, and so rows of a picture.
  public var count: Int
  /// Elements of a query's residual stream.
  public var width: Int
  /// Heads of attention to each other and to the picture.
  public var heads: Int
  /// Inner elements of the feed-forward part.
  public var feedForwardWidth: Int
  /// For each layer whether the queries look at the picture there, besides at each other.
  public var looksAtImage: [Bool]

  /// Settings of a transformer of queries.
  public init(count: Int, width: Int, heads: Int, feedForwardWidth: Int, looksAtImage: [Bool]) {
    self.count = count
    self.width = width
    self.heads = heads
    self.feedForwardWidth = feedForwardWidth
    self.looksAtImage = looksAtImage
  }
}
