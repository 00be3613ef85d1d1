/// Cuts a text between sentences, Chinese and English, and packs as many whole ones into a piece as fit. A sentence
/// that is
/// too long for a piece is cut as ``RecursiveSplitter`` does.
///
/// The full stop of an abbreviation, an initial, a decimal or an item's number ends no sentence; closing quotes belong
/// to
/// the sentence they close.
public struct SentenceSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize

  /// A splitter of one size.
  public init(_ size: PieceSize) { self.size = size }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    let cutter = try TextCutter(document, size: size)
    var atoms: [TextCutter.Atom] = []
    for sentence in SentenceSplitter.sentences(of: cutter.source) {
      atoms += try cutter.atoms(of: sentence, grain: size.limit - size.length.overhead)
    }
    return try cutter.pack(atoms, packing: .latest).map { cutter.piece($0) }
  }

  /// The sentences of a text, each with the white space behind it.
  public static func sentences(of text: String) -> [Range<Int>] {
    let source = TextBytes(text)
    return sentences(of: source).map { source.trimmed($0) }.filter { !$0.isEmpty }
  }

  static func sentences(of source: TextBytes) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for boundary in BoundaryScanner.boundaries(of: source, in: 0..<source.count)
    where boundary.strength <= .sentence {
      ranges.append(start..<boundary.offset)
      start = boundary.offset
    }
    if start < source.count { ranges.append(start..<source.count) }
    return ranges
  }
}
