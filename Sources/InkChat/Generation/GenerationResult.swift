/// How an answer ended, and what it took.
public struct GenerationResult: Sendable, Hashable {
  public var finishReason: FinishReason
  public var counts: TokenCounts
  public var timings: GenerationTimings
  /// The prompt's token ids as the model saw them; empty when the source does not tell.
  public var promptTokens: [Int32]
  /// The answer's token ids without the token that ended it; empty when the source does not tell.
  public var tokens: [Int32]

  /// A result with every field given.
  public init(
    finishReason: FinishReason, counts: TokenCounts, timings: GenerationTimings = GenerationTimings(),
    promptTokens: [Int32] = [], tokens: [Int32] = []
  ) {
    self.finishReason = finishReason
    self.counts = counts
    self.timings = timings
    self.promptTokens = promptTokens
    self.tokens = tokens
  }
}

/// Why an answer ended.
public enum FinishReason: Sendable, Hashable, CustomStringConvertible {
  /// The model produced a token that ends its turn; nil when the source does not tell which.
  case endToken(Int32?)
  /// A stop string appeared; it is not part of the text.
  case stopString(String)
  /// The asked number of tokens is reached.
  case length
  /// The model's context is full.
  case contextFull
  /// The model asks for tools to be called.
  case toolCalls
  /// The answer was cancelled.
  case cancelled

  /// The short name that programs exchange: stop, length, tool_calls or cancelled.
  public var description: String {
    switch self {
    case .endToken, .stopString: "stop"
    case .length, .contextFull: "length"
    case .toolCalls: "tool_calls"
    case .cancelled: "cancelled"
    }
  }
}

/// Tokens of a prompt and its answer.
public struct TokenCounts: Sendable, Hashable {
  public var prompt: Int
  /// How many of the prompt's tokens were taken from a cache.
  public var cachedPrompt: Int
  public var completion: Int

  /// Counts with every field given.
  public init(prompt: Int, cachedPrompt: Int = 0, completion: Int) {
    self.prompt = prompt
    self.cachedPrompt = cachedPrompt
    self.completion = completion
  }
}

/// Where the time went.
public struct GenerationTimings: Sendable, Hashable {
  /// Processing of the prompt's tokens that were not cached, up to the first token's logits.
  public var prompt: Duration
  /// From the first token's logits to the end of the answer.
  public var decode: Duration

  /// Timings with every field given.
  public init(prompt: Duration = .zero, decode: Duration = .zero) {
    self.prompt = prompt
    self.decode = decode
  }
}
