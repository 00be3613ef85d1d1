/// The bytes of all tokens of a vocabulary, in an order for walking through them together with a grammar.
///
/// Control tokens are left out, as are tokens that decode to nothing. It does not change; one table serves all requests
/// of a model. `Tokenizer.tokenTable()` makes and keeps it.
public final class TokenTable: Sendable {
  /// One more than the largest token id.
  public let vocabularySize: Int
  let trie: TokenTrieOrder
  /// The bytes of all tokens by id, empty for those that are left out.
  private let bytes: [UInt8]
  private let starts: [UInt32]
  /// What tokens decode to at the very beginning of a text.
  let opening: TextOpening
  /// Whether every byte has a token of its own, so that any text can be written.
  let spelling: ByteSpelling

  /// What tokens decode to at the beginning of a text.
  enum TextOpening: Sendable {
    /// The same as anywhere.
    case unchanged
    /// A space in front is dropped, except for the tokens listed, which decode to the bytes given.
    case dropsSpace(exceptions: [TokenID: [UInt8]])
  }

  /// Whether the vocabulary has tokens for all single bytes.
  enum ByteSpelling: Sendable { case complete, incomplete }

  /// Arranges tokens: their bytes by id, empty where a token is not to be used.
  init(_ tokens: TokenBytes) {
    vocabularySize = tokens.count
    bytes = tokens.bytes
    starts = tokens.starts
    opening = tokens.opening
    trie = TokenTrieOrder(tokens)
    var hasByte = [Bool](repeating: false, count: 256)
    for id in 0..<tokens.count where tokens.range(id).count == 1 {
      hasByte[Int(tokens.bytes[tokens.range(id).lowerBound])] = true
    }
    // Bytes that occur in no UTF-8 need no token.
    let needed = Array(0x00...0xBF) + Array(0xC2...0xF4)
    spelling = needed.allSatisfy { hasByte[$0] } ? .complete : .incomplete
  }

  /// A table of tokens that add these bytes wherever they stand; an id with no bytes is not to be used.
  package convenience init(tokens: [[UInt8]]) {
    var bytes = TokenBytes()
    for token in tokens { bytes.append(token) }
    self.init(bytes)
  }

  /// The bytes that a token adds to a text, where it stands.
  package func bytes(of id: TokenID, at place: TextPlace) -> ArraySlice<UInt8> {
    guard id >= 0, Int(id) < vocabularySize else { return [] }
    let usual = bytes[Int(starts[Int(id)])..<Int(starts[Int(id) + 1])]
    guard place == .opening, case .dropsSpace(let exceptions) = opening else { return usual }
    if let other = exceptions[id] { return other[...] }
    return usual.first == Scan.space ? usual.dropFirst() : usual
  }
}

/// Where in a text a token stands.
public enum TextPlace: Sendable, Hashable {
  /// It is the first that a detokenizer sees, which may drop a space in front.
  case opening
  /// Something stands before it.
  case inside
}
