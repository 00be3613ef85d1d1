/// Guesses the next tokens of a sequence from the sequence itself: where its last tokens stood before, what followed them
/// there is likely to follow again (prompt lookup decoding, Saxena, 2023).
struct TokenGuesser {
  /// Tokens that must agree.
  private static let width = 3

  private var tokens: [Int32] = []
  /// Where the tokens behind each run of ``width`` tokens stand, the latest.
  private var places: [[Int32]: Int] = [:]

  init(tokens: [Int32]) {
    for token in tokens { append(token) }
  }

  /// Takes note of a token of the sequence.
  mutating func append(_ token: Int32) {
    if tokens.count >= Self.width { places[Array(tokens.suffix(Self.width))] = tokens.count }
    tokens.append(token)
  }

  /// At most `count` tokens that may come next; none where the last ones are new.
  func guesses(_ count: Int) -> [Int32] {
    guard tokens.count >= Self.width, let place = places[Array(tokens.suffix(Self.width))] else { return [] }
    return Array(tokens[place..<min(place + count, tokens.count)])
  }
}
