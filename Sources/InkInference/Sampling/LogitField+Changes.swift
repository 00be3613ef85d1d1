import InkTokenizers

extension LogitField {
  mutating func add(_ biases: [Int32: Float]) {
    // The order of a dictionary does not matter: each token has one bias.
    update { row in
      for (token, bias) in biases where row.indices.contains(Int(token)) { row[Int(token)] += bias }
    }
  }

  mutating func add(_ biases: [SequenceBias]) {
    guard !biases.isEmpty else { return }
    update { row in
      for bias in biases {
        guard let token = bias.tokens.last, row.indices.contains(Int(token)) else { continue }
        row[Int(token)] += bias.bias
      }
    }
  }

  /// Forbids all tokens that a mask does not permit.
  mutating func keep(_ mask: TokenMask) {
    update { row in
      for (index, word) in mask.words.enumerated() where word != .max {
        let start = index * 64
        for bit in 0..<max(min(64, row.count - start), 0) where word >> UInt64(bit) & 1 == 0 {
          row[start + bit] = -.infinity
        }
      }
      // Rows beyond the vocabulary have no token.
      for index in min(mask.words.count * 64, row.count)..<row.count { row[index] = -.infinity }
    }
  }

  mutating func forbid(_ tokens: [Int32]) {
    guard !tokens.isEmpty else { return }
    update { row in
      for token in tokens where row.indices.contains(Int(token)) { row[Int(token)] = -.infinity }
    }
  }

  mutating func penalise(_ entries: [TokenCounter.Entry], repetition penalty: Float) {
    guard !entries.isEmpty else { return }
    update { row in
      for entry in entries where entry.count > 0 && row.indices.contains(Int(entry.token)) {
        let logit = row[Int(entry.token)]
        row[Int(entry.token)] = logit < 0 ? logit * penalty : logit / penalty
      }
    }
  }

  mutating func penalise(_ entries: [TokenCounter.Entry], frequency: Float, presence: Float) {
    guard !entries.isEmpty else { return }
    update { row in
      for entry in entries where entry.count > 0 && row.indices.contains(Int(entry.token)) {
        row[Int(entry.token)] -= Float(entry.count) * frequency + presence
      }
    }
  }
}
