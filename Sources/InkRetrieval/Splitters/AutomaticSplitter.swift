/// Chooses for each document: by declarations for a program, by headings where there are any, else recursively.
public struct AutomaticSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize

  /// A splitter of one size.
  public init(_ size: PieceSize) { self.size = size }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    if document.metadata[SourceCodeLoader.languageKey] != nil { return try await CodeSplitter(size).split(document) }
    if document.headings.isEmpty { return try await RecursiveSplitter(size).split(document) }
    return try await HeadingSplitter(size).split(document)
  }
}
