internal import InkTensor

/// What one term is worth in every document of an index that holds it.
final class TermScores: Sendable {
  /// The term.
  let text: [UInt8]
  let hash: UInt64
  /// A list for each part of the index; nil where nobody holds the term.
  let lists: [ScoreList?]
  /// Bytes that it takes.
  let byteCount: Int

  init(text: [UInt8], hash: UInt64, lists: [ScoreList?]) {
    self.text = text
    self.hash = hash
    self.lists = lists
    byteCount = lists.reduce(TermScores.overhead + text.count) { $0 + ($1?.byteCount ?? 0) }
  }

  /// Bytes of an entry besides its postings: the table's room for it, the arrays.
  private static let overhead = 256
}

extension IndexPart {
  /// The list of a term, without the documents that were removed.
  func scores(
    of term: Int, _ curve: ScoreCurve, _ kernels: ScoreKernels, _ postings: inout UnpackedPostings, _ bytes: RawSpan
  ) throws(IndexError) -> ScoreList {
    let layout = segment.layout
    let holding = Int(segment.entry(term, bytes).documentCount)
    guard holding <= layout.documentCount else {
      throw KeywordSegment.damaged("no more holders of a term than documents")
    }
    postings.begin(room: holding)
    var previous = -1
    for index in try segment.blocks(of: term, bytes) {
      let block = segment.block(index, bytes)
      let start = try block.start(in: layout)
      guard Int(block.count) <= holding - postings.count else {
        throw KeywordSegment.damaged("as many postings as holders of a term")
      }
      let packed = UnpackedPostings.Block(
        start: start, count: Int(block.count), documentBits: Int(block.documentBits),
        frequencyBits: Int(block.frequencyBits))
      previous = try block.checkedLast(postings.append(packed, after: previous, in: bytes), layout)
    }
    if let removed { postings.remove(removed.words) }
    let lengths = bytes.extracting(layout.lengthStart..<layout.lengthStart + layout.documentCount * 4)
    return ScoreList(postings, lengths: lengths, documentCount: layout.documentCount, curve, kernels)
  }
}
