import Synchronization

extension Tokenizer {
  /// The table that constraints of this tokenizer's answers use; made at the first call and kept.
  ///
  /// - Throws: `GrammarError` for a vocabulary whose tokens have no bytes of their own.
  public func tokenTable() throws(GrammarError) -> TokenTable {
    try tokenTableStorage.table.withLock { (stored) throws(GrammarError) in
      if let stored { return stored }
      let made = TokenTable(try TokenBytes(self))
      stored = made
      return made
    }
  }
}

/// Keeps a tokenizer's table once it was asked for.
final class TokenTableStorage: Sendable {
  let table = Mutex<TokenTable?>(nil)
}
