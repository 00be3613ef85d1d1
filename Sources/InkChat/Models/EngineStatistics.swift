/// What an engine has done since it began, and what it is doing.
public struct EngineStatistics: Sendable, Hashable {
  /// Requests that are being computed.
  public var running = 0
  /// Requests that wait.
  public var waiting = 0
  /// Pages of the cache of keys and values that requests hold or that are kept for later ones.
  public var pagesUsed = 0
  /// Pages that there may be.
  public var pageLimit = 0
  /// Steps computed.
  public var steps = 0
  /// Requests in all these steps: divided by `steps`, the mean size of a batch.
  public var requestsInSteps = 0
  /// Tokens of prompts, cached ones among them.
  public var promptTokens = 0
  /// Tokens of prompts that were taken from the cache.
  public var cachedPromptTokens = 0
  /// Tokens given out.
  public var generatedTokens = 0
  /// Tokens that were guessed ahead.
  public var draftedTokens = 0
  /// Guessed tokens that turned out right.
  public var acceptedTokens = 0
  /// Requests that were put back because the cache was full, and computed again later.
  public var preemptions = 0

  /// Nothing done.
  public init() {}
}

/// Something that keeps such statistics.
public protocol EngineStatisticsSource: Sendable {
  /// The state now.
  var statistics: EngineStatistics { get async }
}
