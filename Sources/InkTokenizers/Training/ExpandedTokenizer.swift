/// An old tokenizer with new tokens behind its own.
public struct ExpandedTokenizer: Sendable, Equatable {
  /// A token that the old vocabulary does not have.
  public struct NewToken: Sendable, Equatable {
    /// Its id.
    public var id: TokenID
    /// The bytes that it stands for.
    public var bytes: [UInt8]
    /// The old tokens that stood in its place, so that its embedding can begin as the mean of theirs; empty for a
    /// single byte that no old token stands for.
    public var oldPieces: [TokenID]
  }

  /// The content of the new `tokenizer.json`: all fields as they were, the new tokens and merges behind the old ones.
  public let tokenizerJSON: [UInt8]
  /// How many ids the old tokenizer had; the new tokens have the ids from here on.
  public let oldVocabularySize: Int
  /// The new tokens, by id.
  public let newTokens: [NewToken]
  /// Whether as many tokens were learned as were asked for.
  public let ending: TrainingEnding

  /// One more than the largest id.
  public var vocabularySize: Int { oldVocabularySize + newTokens.count }

  /// The tokenizer itself, ready for use.
  ///
  /// - Throws: `TokenizerError` if the configuration is not one of this tokenizer.
  public func tokenizer(configuration: TokenizerConfiguration? = nil) throws(TokenizerError) -> Tokenizer {
    try Tokenizer(tokenizerJSON: tokenizerJSON, configuration: configuration)
  }
}
