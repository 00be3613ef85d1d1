/// Cuts a text into windows of as many tokens as fit, between words where there are any, without regard to sentences.
public struct TokenSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize

  /// A splitter of one size.
  public init(_ size: PieceSize) { self.size = size }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    let cutter = try TextCutter(document, size: size)
    return try cutter.pieces(in: 0..<cutter.source.count, packing: .latest)
  }
}
