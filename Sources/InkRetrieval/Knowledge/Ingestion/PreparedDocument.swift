/// A file that was read and cut, and waits for its vectors.
struct PreparedDocument: Sendable {
  var source: SourceFile
  var text: ExtractedText
  /// The file's bytes where the store will be their only home.
  var bytes: [UInt8]?
  var metadata: [String: String]
  var pieces: [Piece]
  /// What is embedded of each piece.
  var embeddedTexts: [String]
  /// SHA-256 of each embedded text.
  var hashes: [String]
  /// Whether a document of the name is in the store.
  var replaces: Replacement

  /// What the document does to the store.
  enum Replacement: Sendable {
    case earlier, nothing
  }
}

/// What became of a file before embedding.
enum PreparedFile: Sendable {
  case ready(PreparedDocument)
  /// Nothing is left to do, or nothing can be done.
  case done(DocumentOutcome)
}
