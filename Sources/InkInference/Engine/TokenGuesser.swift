/// Guesses the next tokens of a sequence from the sequence itself: where its last tokens stood before, what followed them
/// there is likely to follow again (prompt lookup decoding, Saxena, 2023).
///
/// Guesses cost time when they are wrong, so fewer are made after they were.
struct TokenGuesser {
  /// Tokens that must agree.
  private static let width = 3

  private let limit: Int
  private var tokens: [Int32] = []
  /// Where the tokens behind each run of ``width`` tokens stand, the latest.
  private var places: [[Int32]: Int] = [:]
  private var appetite: Int

  init(_ speculation: EngineSettings.Speculation, tokens: [Int32]) {
    switch speculation {
    case .none: limit = 0
    case .lookup(let tokens): limit = max(tokens, 0)
    }
    appetite = limit
    for token in tokens where limit > 0 { append(token) }
  }

  /// Takes note of a token of the sequence.
  mutating func append(_ token: Int32) {
    guard limit > 0 else { return }
    if tokens.count >= Self.width { places[Array(tokens.suffix(Self.width))] = tokens.count }
    tokens.append(token)
  }

  /// Takes note of how many guesses were right.
  mutating func learn(accepted: Int, of guessed: Int) {
    guard guessed > 0 else { return }
    appetite = accepted == guessed ? min(appetite * 2, limit) : max(accepted, 1)
  }

  /// The tokens that may come next; none where the last ones are new.
  func guesses() -> [Int32] {
    guard limit > 0, tokens.count >= Self.width, let place = places[Array(tokens.suffix(Self.width))] else { return [] }
    return Array(tokens[place..<min(place + appetite, tokens.count)])
  }
}
