import InkChat

/// Fills in the texts of tokens that came without one, each asked for once.
actor TokenTexts {
  private let model: any TextModel
  private var known: [Int32: String] = [:]

  init(_ model: any TextModel) {
    self.model = model
  }

  /// The same tokens with a text each.
  func filled(_ tokens: [GeneratedToken]) async throws -> [GeneratedToken] {
    var filled: [GeneratedToken] = []
    for token in tokens {
      var alternatives: [TokenLogProbability] = []
      for alternative in token.alternatives { alternatives.append(try await self.filled(alternative)) }
      filled.append(GeneratedToken(chosen: try await self.filled(token.chosen), alternatives: alternatives))
    }
    return filled
  }

  private func filled(_ token: TokenLogProbability) async throws -> TokenLogProbability {
    guard token.piece.isEmpty else { return token }
    var token = token
    if let text = known[token.token] {
      token.piece = text
    } else {
      token.piece = try await model.text(of: [token.token])
      known[token.token] = token.piece
    }
    return token
  }
}
