extension KnowledgeSettings {
  /// The most elements of a vector.
  public static let largestDimension = 65_536
  /// The most tokens of a piece.
  public static let largestPiece = 1_000_000

  /// Refuses settings that cannot be right.
  ///
  /// - Throws: `invalidSetting` that names the setting.
  public func check() throws(RetrievalError) {
    guard !embedder.isEmpty else {
      throw RetrievalError(.invalidSetting, context: "embedder", expected: "a reference", found: "nothing")
    }
    try Self.check("dimension", dimension, within: 1...Self.largestDimension)
    try Self.check("pieceTokens", pieceTokens, within: 1...Self.largestPiece)
    try Self.check("overlapTokens", overlapTokens, within: 0...(pieceTokens - 1))
  }

  private static func check(_ name: String, _ value: Int, within range: ClosedRange<Int>) throws(RetrievalError) {
    guard range.contains(value) else {
      throw RetrievalError(
        .invalidSetting, context: name, expected: "a number from \(range.lowerBound) to \(range.upperBound)",
        found: "\(value)")
    }
  }
}
