/// How many tokens a prompt will be to a model, learned from what the model told of a prompt before it.
///
/// An estimate by letters is too long for most texts and knows nothing of what a chat template adds. Prompts of one run
/// are alike, as those of an agent are, each of which begins with the one before it.
struct PromptForecast: Sendable {
  private var scale = 1.0
  private var added = 0

  /// Takes note of a prompt's real length.
  mutating func learn(estimate: Int, told tokens: Int) {
    // Where the model read more than was estimated, something was added that is the same for the next prompt.
    added = max(tokens - estimate, 0)
    scale = min(Double(tokens) / Double(max(estimate, 1)), 1)
  }

  /// The tokens that a prompt of that estimated length will be.
  func tokens(_ estimate: Int) -> Int { Int((Double(estimate) * scale).rounded(.up)) + added }
}
