public import InkTokenizers

/// The tokens of a text or a pair of texts, as encoders read them.
public struct EncodedText: Sendable, Hashable {
  /// The token ids, with those that begin and end a text.
  public var tokens: [TokenID]
  /// Which of two texts each token belongs to.
  public var typeIDs: [Int32]

  init(_ encoding: Encoding) {
    tokens = encoding.ids
    typeIDs = encoding.typeIDs
  }

  /// Tokens of one text.
  public init(tokens: [TokenID]) {
    self.tokens = tokens
    typeIDs = Array(repeating: 0, count: tokens.count)
  }
}
