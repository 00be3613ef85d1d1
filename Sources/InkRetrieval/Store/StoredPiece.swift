/// A piece as a store keeps it.
public struct StoredPiece: Sendable, Hashable {
  /// The piece's number in its store; numbers are never used again.
  public var id: Int64
  /// The document's number in its store.
  public var documentID: Int64
  /// The document's name.
  public var document: String
  /// SHA-256 of the file's bytes.
  public var sha256: String
  /// Position among the document's pieces, from 0.
  public var position: Int
  /// What was cut from the document.
  public var piece: Piece

  /// A stored piece.
  public init(id: Int64, documentID: Int64, document: String, sha256: String, position: Int, piece: Piece) {
    self.id = id
    self.documentID = documentID
    self.document = document
    self.sha256 = sha256
    self.position = position
    self.piece = piece
  }
}
