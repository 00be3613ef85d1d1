import InkTensor

/// Makes identifiers for the tool calls of one answer, no two of them the same.
struct ToolCallIdentifiers: Sendable {
  /// What an identifier looks like.
  enum Shape: Sendable, Hashable {
    /// `call_` and 24 letters and digits.
    case prefixed
    /// 9 letters and digits: Mistral's templates refuse anything else.
    case nineCharacters
  }

  private let shape: Shape
  private var random: RandomStream
  private var used: Set<String> = []

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

  init(shape: Shape, random: RandomStream) {
    self.shape = shape
    self.random = random
  }

  mutating func next() -> String {
    while true {
      let identifier =
        switch shape {
        case .prefixed: "call_" + characters(24)
        case .nineCharacters: characters(9)
        }
      if used.insert(identifier).inserted { return identifier }
    }
  }

  private mutating func characters(_ count: Int) -> String {
    String((0..<count).map { _ in Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)] })
  }
}
