import Synchronization

extension Tokenizer {
  /// The table that constraints of this tokenizer's answers use; made at the first call and kept.
  ///
  /// - Parameter marks: control tokens that stand for their own spelling, such as those around thoughts and tool calls;
  ///   all others are left out.
  /// - Throws: `GrammarError` for a vocabulary whose tokens have no bytes of their own.
  public func tokenTable(spelling marks: Set<TokenID> = []) throws(GrammarError) -> TokenTable {
    try tokenTableStorage.tables.withLock { (stored) throws(GrammarError) in
      if let table = stored[marks] { return table }
      let made = TokenTable(try TokenBytes(self, spelling: marks))
      stored[marks] = made
      return made
    }
  }
}

/// Keeps a tokenizer's tables once they were asked for: one, and another for the marks of its chat template.
final class TokenTableStorage: Sendable {
  let tables = Mutex<[Set<TokenID>: TokenTable]>([:])
}
