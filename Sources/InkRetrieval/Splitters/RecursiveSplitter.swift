/// Cuts a text at the strongest separators that give pieces of the size: paragraphs, lines, sentences, clauses, words,
/// characters, of Chinese and English alike.
public struct RecursiveSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize

  /// A splitter of one size.
  public init(_ size: PieceSize) { self.size = size }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    let cutter = try TextCutter(document, size: size)
    return try cutter.pieces(in: 0..<cutter.source.count)
  }
}
