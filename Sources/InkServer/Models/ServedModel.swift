public import InkChat

/// A model that is ready to answer, by what it can do.
public struct ServedModel: Sendable {
  /// Answers conversations.
  public var chat: (any ChatModel)?
  /// Continues raw text, and tells token ids and probabilities.
  public var text: (any TextModel)?
  /// Searches for the most probable continuation of raw text.
  public var beams: (any BeamModel)?
  /// Tells what a conversation looks like to the model.
  public var renderer: (any PromptRenderer)?
  /// Turns texts into vectors.
  public var embedder: (any Embedder)?
  /// Scores documents.
  public var reranker: (any Reranker)?
  /// What its engine does.
  public var statistics: (any EngineStatisticsSource)?
  /// Bytes of memory that it keeps; 0 for one that lives elsewhere.
  public var byteCount: Int
  /// How many weights it has; nil for one that lives elsewhere.
  public var parameterCount: Int?
  /// What a request gets where it says nothing.
  public var defaults: RequestDefaults

  /// A model with every field given.
  public init(
    chat: (any ChatModel)? = nil, text: (any TextModel)? = nil, beams: (any BeamModel)? = nil,
    renderer: (any PromptRenderer)? = nil,
    embedder: (any Embedder)? = nil, reranker: (any Reranker)? = nil,
    statistics: (any EngineStatisticsSource)? = nil, byteCount: Int = 0, parameterCount: Int? = nil,
    defaults: RequestDefaults = RequestDefaults()
  ) {
    self.chat = chat
    self.text = text
    self.beams = beams
    self.renderer = renderer
    self.embedder = embedder
    self.reranker = reranker
    self.statistics = statistics
    self.byteCount = byteCount
    self.parameterCount = parameterCount
    self.defaults = defaults
  }
}
