/// How an engine shares a model among requests.
public struct EngineSettings: Sendable, Hashable {
  /// How tokens are guessed ahead, to be checked several at once.
  public enum Speculation: Sendable, Hashable {
    /// Not at all.
    case none
    /// What followed the last tokens where they stood before (prompt lookup decoding, Saxena, 2023).
    ///
    /// - Parameters:
    ///   - tokens: guesses at once, at most.
    case lookup(tokens: Int)
  }

  /// Requests computed side by side.
  public var parallel: Int
  /// Requests that may wait; further ones fail with `overloaded`.
  public var queueLimit: Int
  /// Rows of one step: tokens being decoded and parts of prompts.
  public var stepTokens: Int
  /// Bytes for cached keys and values, of requests and kept for later ones; nil takes room for as many tokens as
  /// all requests side by side can have, up to a quarter of a gibibyte a request, and for one full context at least.
  public var cacheByteCount: Int?
  /// How tokens are guessed ahead.
  public var speculation: Speculation

  /// Settings with every field given.
  public init(
    parallel: Int = 16, queueLimit: Int = 256, stepTokens: Int = 128, cacheByteCount: Int? = nil,
    speculation: Speculation = .none
  ) {
    self.parallel = max(parallel, 1)
    self.queueLimit = max(queueLimit, 0)
    self.stepTokens = max(stepTokens, 1)
    self.cacheByteCount = cacheByteCount
    self.speculation = speculation
  }
}
