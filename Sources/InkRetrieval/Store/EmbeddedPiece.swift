internal import Crypto

/// A piece on its way into a store, with the vector that it is found by.
public struct EmbeddedPiece: Sendable, Hashable {
  /// What was cut from the document.
  public var piece: Piece
  /// SHA-256 of the text that was embedded, in lower-case hexadecimal digits; the store knows the vector by it.
  public var hash: String
  /// The text's vector.
  public var vector: [Float]

  /// A piece and its vector.
  ///
  /// - Parameter embeddedText: what the embedder was given, which may be more than the piece's text.
  public init(_ piece: Piece, embeddedText: String, vector: [Float]) {
    self.init(piece, hash: Self.hash(of: embeddedText), vector: vector)
  }

  /// A piece and its vector, where the hash is known already.
  public init(_ piece: Piece, hash: String, vector: [Float]) {
    self.piece = piece
    self.hash = hash
    self.vector = vector
  }

  /// The key that a store knows a text's vector by.
  public static func hash(of embeddedText: String) -> String {
    Hexadecimal.text(of: SHA256.hash(data: Array(embeddedText.utf8)))
  }
}
