/// Tokens of a prompt and its answer.
public struct TokenCounts: Sendable, Hashable {
  /// Tokens of the prompt, cached ones included.
  public var prompt: Int
  /// How many of the prompt's tokens were taken from a cache.
  public var cachedPrompt: Int
  /// Tokens of the answer.
  public var completion: Int
  /// How many of the answer's tokens are thoughts, where the model tells them apart.
  public var reasoning: Int

  /// Counts with every field given.
  public init(prompt: Int, cachedPrompt: Int = 0, completion: Int, reasoning: Int = 0) {
    self.prompt = prompt
    self.cachedPrompt = cachedPrompt
    self.completion = completion
    self.reasoning = reasoning
  }
}
