internal import InkTensor

/// What one term of a query is worth in every document of an index that holds it.
struct TermScores: Sendable {
  /// A list for each part of the index; nil where nobody holds the term.
  let lists: [ScoreList?]
  /// Bytes that it takes.
  let byteCount: Int

  init(lists: [ScoreList?]) {
    self.lists = lists
    byteCount = lists.reduce(TermScores.overhead) { $0 + ($1?.byteCount ?? 0) }
  }

  /// Bytes of an entry besides its postings: the term, the table's room for it, the array.
  private static let overhead = 256
}

extension IndexPart {
  /// The list of a term, without the documents that were removed.
  func scores(
    of term: Int, _ curve: ScoreCurve, _ kernels: ScoreKernels, _ bytes: RawSpan
  ) throws(IndexError)
    -> ScoreList
  {
    let capacity = Int(segment.entry(term, bytes).documentCount)
    guard capacity <= segment.layout.documentCount else {
      throw KeywordSegment.damaged("no more holders of a term than documents")
    }
    var documents: [UInt32] = []
    var frequencies: [UInt32] = []
    var lengths: [UInt32] = []
    documents.reserveCapacity(capacity)
    frequencies.reserveCapacity(capacity)
    lengths.reserveCapacity(capacity)
    var decoded = DecodedBlock()
    try segment.forEachPosting(of: term, bytes, &decoded) { document, frequency in
      if isRemoved(Int(document)) { return }
      documents.append(document)
      frequencies.append(frequency)
      lengths.append(segment.length(Int(document), bytes))
    }
    return ScoreList(
      documents: documents, frequencies: frequencies, lengths: lengths, documentCount: segment.layout.documentCount,
      curve, kernels)
  }
}
