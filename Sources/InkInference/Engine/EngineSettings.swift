/// How an engine shares a model among requests.
public struct EngineSettings: Sendable {
  /// How tokens are guessed ahead, to be checked several at once. No token depends on it.
  public enum Speculation: Sendable {
    /// Not at all.
    case none
    /// What followed the last tokens where they stood before (prompt lookup decoding, Saxena, 2023); so many tokens at
    /// once, at most.
    case lookup(tokens: Int)
    /// What a smaller model of the same vocabulary finds most probable (Leviathan et al., 2023); so many tokens at once,
    /// at most. Its own cache comes on top of the engine's.
    case draft(DraftModel, tokens: Int)
    /// What the model's own prediction layer expects (DeepSeek-AI, 2024, "DeepSeek-V3"); so many tokens at once, at most:
    /// beyond the first the layer goes on from its own guess. Its keys and values come on top of the engine's cache.
    case prediction(TokenPredictor, tokens: Int)
  }

  /// Whether requests that begin alike share what was computed of the beginning.
  public enum PrefixSharing: Sendable, Hashable {
    case shared, separate
  }

  /// Requests computed side by side.
  public var parallel: Int
  /// Requests that may wait; further ones fail with `overloaded`.
  public var queueLimit: Int
  /// Rows of one step: tokens being decoded and parts of prompts.
  public var stepTokens: Int
  /// The most tokens that a prompt and its answer may have together; nil for those of the model.
  public var contextLength: Int?
  /// Bytes for cached keys and values, of requests and kept for later ones; nil takes room for as many tokens as
  /// all requests side by side can have, up to a quarter of a gibibyte a request, and for one full context at least.
  public var cacheByteCount: Int?
  /// Whether requests share beginnings.
  public var prefixSharing: PrefixSharing
  /// How tokens are guessed ahead.
  public var speculation: Speculation

  /// Settings with every field given.
  public init(
    parallel: Int = 16, queueLimit: Int = 256, stepTokens: Int = 128, contextLength: Int? = nil,
    cacheByteCount: Int? = nil, prefixSharing: PrefixSharing = .shared, speculation: Speculation = .none
  ) {
    self.parallel = max(parallel, 1)
    self.queueLimit = max(queueLimit, 0)
    self.stepTokens = max(stepTokens, 1)
    self.contextLength = contextLength
    self.cacheByteCount = cacheByteCount
    self.prefixSharing = prefixSharing
    self.speculation = speculation
  }
}
