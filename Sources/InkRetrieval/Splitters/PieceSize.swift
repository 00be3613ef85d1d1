/// How large pieces may be.
public struct PieceSize: Sendable {
  /// How texts are measured.
  public var length: TextLength
  /// The most that a piece measures. A single character may be larger.
  public var limit: Int
  /// The most that a piece shares with the one before it.
  public var overlap: Int

  /// Sizes of pieces.
  ///
  /// - Throws: ``RetrievalError`` with code `invalidSetting` when nothing fits the limit, or when the overlap is
  ///   more than half of it.
  public init(_ length: TextLength, limit: Int, overlap: Int = 0) throws(RetrievalError) {
    let overhead = length.overhead
    guard limit > overhead, limit <= 1 << 40 else {
      throw RetrievalError(
        .invalidSetting, context: "size of pieces", expected: "more than the \(overhead) tokens of an empty text",
        found: "\(limit)")
    }
    guard overlap >= 0, overlap <= (limit - overhead) / 2 else {
      throw RetrievalError(
        .invalidSetting, context: "overlap of pieces", expected: "0 to half of \(limit - overhead)",
        found: "\(overlap)",
        hint: "Neighbours that share more than half are found together and say the same.")
    }
    self.length = length
    self.limit = limit
    self.overlap = overlap
  }

  /// The same measure without overlap.
  var withoutOverlap: PieceSize {
    var size = self
    size.overlap = 0
    return size
  }
}
