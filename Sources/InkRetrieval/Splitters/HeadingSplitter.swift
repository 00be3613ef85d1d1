/// Cuts a document with headings, such as Markdown or HTML, at every heading, and what is too long for one piece as
/// ``RecursiveSplitter`` does. A piece knows the path of headings it stands under.
///
/// Headings with nothing below them stay with the section that follows. A document without headings is cut as one
/// section.
public struct HeadingSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize

  /// A splitter of one size.
  public init(_ size: PieceSize) { self.size = size }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    let cutter = try TextCutter(document, size: size)
    var pieces: [Piece] = []
    for section in HeadingSplitter.sections(of: document, in: cutter.source) {
      var found = try cutter.pieces(in: section.range)
      // A piece that begins with headings of several levels stands under the last of them.
      if !found.isEmpty { found[0].headings = section.headings }
      pieces += found
    }
    return pieces
  }

  /// The ranges between headings, with the path of the last heading that begins in each.
  static func sections(
    of document: ExtractedText, in source: TextBytes
  ) -> [(range: Range<Int>, headings: [String])] {
    let path = HeadingPath(document)
    var starts: [(offset: Int, end: Int)] = []
    for heading in document.headings.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
    where heading.range.upperBound <= source.count && source.isBoundary(heading.range.lowerBound) {
      if let last = starts.last, heading.range.lowerBound <= last.offset { continue }
      starts.append((heading.range.lowerBound, heading.range.upperBound))
    }
    var sections: [(range: Range<Int>, headings: [String])] = []
    var begin = 0
    for (index, start) in starts.enumerated() {
      let previousEnd = index == 0 ? 0 : starts[index - 1].end
      let content = previousEnd <= start.offset ? source.trimmed(previousEnd..<start.offset) : 0..<0
      // Only headings so far: they open the next section.
      if content.isEmpty { continue }
      let named = index == 0 ? begin : starts[index - 1].offset
      sections.append((begin..<start.offset, index == 0 ? [] : path.titles(at: named)))
      begin = start.offset
    }
    sections.append((begin..<source.count, starts.last.map { path.titles(at: $0.offset) } ?? []))
    return sections
  }
}
