public import InkChat

/// What a model's tokens cost, in any currency, for each million.
public struct TokenPrice: Sendable, Hashable {
  /// A million tokens of prompts that were not cached.
  public var prompt: Double
  /// A million tokens of prompts that came from the model's cache.
  public var cachedPrompt: Double
  /// A million tokens of answers.
  public var completion: Double

  /// A price.
  ///
  /// - Parameter cachedPrompt: nil: as `prompt`.
  public init(prompt: Double, cachedPrompt: Double? = nil, completion: Double) {
    self.prompt = prompt
    self.cachedPrompt = cachedPrompt ?? prompt
    self.completion = completion
  }

  /// Nothing, as of a model on the own machine.
  public static let free = TokenPrice(prompt: 0, completion: 0)

  /// What these tokens cost.
  public func cost(of counts: TokenCounts) -> Double {
    let fresh = Double(max(counts.prompt - counts.cachedPrompt, 0))
    return (fresh * prompt + Double(counts.cachedPrompt) * cachedPrompt + Double(counts.completion) * completion) / 1e6
  }
}
