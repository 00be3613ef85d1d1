import InkChat

extension TokenCounts {
  /// OpenAI's `usage`.
  var usage: JSONValue {
    [
      "prompt_tokens": .integer(Int64(prompt)), "completion_tokens": .integer(Int64(completion)),
      "total_tokens": .integer(Int64(prompt + completion)),
      "prompt_tokens_details": ["cached_tokens": .integer(Int64(cachedPrompt))],
      "completion_tokens_details": ["reasoning_tokens": .integer(Int64(reasoning))],
    ]
  }

  /// The counts of several answers to one prompt, which is counted once.
  static func answers(_ counts: [TokenCounts]) -> TokenCounts {
    TokenCounts(
      prompt: counts.map(\.prompt).max() ?? 0, cachedPrompt: counts.map(\.cachedPrompt).min() ?? 0,
      completion: counts.map(\.completion).reduce(0, +), reasoning: counts.map(\.reasoning).reduce(0, +))
  }

  /// The counts of answers to different prompts.
  static func + (left: TokenCounts, right: TokenCounts) -> TokenCounts {
    TokenCounts(
      prompt: left.prompt + right.prompt, cachedPrompt: left.cachedPrompt + right.cachedPrompt,
      completion: left.completion + right.completion, reasoning: left.reasoning + right.reasoning)
  }
}
