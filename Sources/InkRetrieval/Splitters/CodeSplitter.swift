/// Cuts a program between its declarations: before lines that begin a declaration at the outermost level, then at empty
/// lines, then at lines.
///
/// Indentation and brackets tell where declarations begin, so that languages need no grammar; comments, attributes and
/// decorators stay with what follows them.
public struct CodeSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize

  /// A splitter of one size.
  public init(_ size: PieceSize) { self.size = size }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    let source = TextBytes(document.text)
    let cutter = try TextCutter(document, size: size, boundaries: CodeBoundaries.boundaries(of: source))
    return try cutter.pieces(in: 0..<cutter.source.count)
  }
}
