/// Cuts Markdown by its headings. Where the document does not know its headings, as one that was read as plain text
/// does
/// not, they are found in the text.
public struct MarkdownSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize

  /// A splitter of one size.
  public init(_ size: PieceSize) { self.size = size }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    var document = document
    if document.headings.isEmpty, document.blocks.isEmpty {
      let scanner = MarkdownScanner(document.text)
      document.headings = scanner.headings
      document.blocks = scanner.blocks
    }
    return try await HeadingSplitter(size).split(document)
  }
}
