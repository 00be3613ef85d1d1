public import InkChat

/// How the size of a piece is measured.
public enum TextLength: Sendable {
  /// Characters, as a reader counts them.
  case characters
  /// Tokens, as a closure counts them; those that a model adds to every text may be among them.
  case tokens(@Sendable (String) -> Int)
  /// Tokens without a tokenizer: a Chinese, Japanese or Korean character counts as one, four others as one.
  case estimatedTokens

  /// Tokens as an embedder counts them, or estimated where it does not tell.
  public static func tokens(of embedder: (any Embedder)?) -> TextLength {
    guard let embedder, embedder.tokenCount(of: "") != nil else { return .estimatedTokens }
    return .tokens { embedder.tokenCount(of: $0) ?? estimate($0) }
  }

  /// The length of a text.
  public func measure(_ text: String) -> Int {
    switch self {
    case .characters: text.count
    case .tokens(let count): max(0, count(text))
    case .estimatedTokens: TextLength.estimate(text)
    }
  }

  /// What a text of no words measures: the tokens that a model adds to every text.
  var overhead: Int { measure("") }

  /// Bytes of a text beyond which it is taken to be longer than `limit` without measuring it, so that a long line is
  /// not measured again at every level of separators.
  func certainBytes(_ limit: Int) -> Int {
    let (bytes, overflow) = max(limit, 1).multipliedReportingOverflow(by: 64)
    return overflow ? Int.max : bytes
  }

  private static func estimate(_ text: String) -> Int {
    var wide = 0
    var narrow = 0
    for scalar in text.unicodeScalars {
      if ScalarKind.isIdeographic(scalar.value) { wide += 1 } else { narrow += 1 }
    }
    return wide + (narrow + 3) / 4
  }
}
