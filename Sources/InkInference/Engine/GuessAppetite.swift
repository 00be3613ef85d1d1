/// How many tokens of a request are guessed at once: guesses cost time when they are wrong, so fewer are made after they
/// were.
struct GuessAppetite {
  private let limit: Int
  /// Guesses to make next.
  private(set) var count: Int

  init(limit: Int) {
    self.limit = max(limit, 0)
    count = self.limit
  }

  /// Takes note of how many guesses were right.
  mutating func learn(accepted: Int, of guessed: Int) {
    guard guessed > 0 else { return }
    count = accepted == guessed ? min(count * 2, limit) : max(accepted, 1)
  }
}
