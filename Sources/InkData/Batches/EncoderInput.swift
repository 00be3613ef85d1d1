public import InkTokenizers

/// Texts one behind the other, as encoders read them. Nothing is padded; attention stays inside each text.
public struct EncoderInput: Sendable, Hashable {
  /// The token ids. // [tokens]
  public var tokens: [TokenID] = []
  /// Which of two texts each token belongs to. // [tokens]
  public var typeIDs: [Int32] = []
  /// How many tokens each text has. // [texts]
  public var lengths: [Int] = []

  /// No text.
  public init() {}

  /// Texts one behind the other.
  public init(_ texts: [EncodedText]) {
    for text in texts { append(text) }
  }

  mutating func append(_ text: EncodedText) {
    tokens += text.tokens
    typeIDs += text.typeIDs
    lengths.append(text.tokens.count)
  }
}
