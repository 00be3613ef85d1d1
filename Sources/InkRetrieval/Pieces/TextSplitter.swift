/// Cuts a document's text into pieces.
public protocol TextSplitter: Sendable {
  /// The pieces in order. Their ranges ascend (neighbours may overlap), never cut a character, and together cover
  /// everything but white space.
  func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece]
}
