/// A segment and which of its documents were removed since.
struct IndexPart: Sendable {
  let segment: KeywordSegment
  private(set) var removed: DocumentBits?
  private(set) var removedCount = 0
  private var removedLength: UInt64 = 0
  /// For terms of removed documents, by how many fewer documents hold them.
  private var removedFrequencies: [Int: Int] = [:]

  init(_ segment: KeywordSegment) { self.segment = segment }

  /// Documents that are there.
  var documentCount: Int { segment.layout.documentCount - removedCount }

  /// Terms of the documents that are there.
  var totalLength: UInt64 {
    segment.layout.totalLength > removedLength ? segment.layout.totalLength - removedLength : 0
  }

  /// Documents that hold a term of the segment.
  func documentFrequency(of term: Int, _ bytes: RawSpan) -> Int {
    max(Int(segment.entry(term, bytes).documentCount) - (removedFrequencies[term] ?? 0), 0)
  }

  @inline(__always)
  func isRemoved(_ document: Int) -> Bool { removed?.contains(document) == true }

  /// Removes a document by the caller's number.
  ///
  /// - Returns: whether it was there.
  mutating func remove(_ identifier: Int64) throws(IndexError) -> Bool {
    let segment = segment
    return try segment.withBytes { (bytes: RawSpan) throws(IndexError) in
      guard let document = segment.document(identifier, bytes), !isRemoved(document) else { return false }
      var frequencies = removedFrequencies
      removedFrequencies = [:]
      defer { removedFrequencies = frequencies }
      try segment.forEachTerm(of: document, bytes) { frequencies[$0, default: 0] += 1 }
      if removed == nil { removed = DocumentBits(count: segment.layout.documentCount, repeating: false) }
      removed?.insert(document)
      removedCount += 1
      removedLength += UInt64(segment.length(document, bytes))
      return true
    }
  }

  /// Whether it holds a document.
  func contains(_ identifier: Int64) throws(IndexError) -> Bool {
    try segment.withBytes { (bytes: RawSpan) throws(IndexError) in
      segment.document(identifier, bytes).map { !isRemoved($0) } ?? false
    }
  }

  /// A part is merged with others of its level; each level holds four times as many documents.
  var level: Int { (Int.bitWidth - 1 - max(documentCount, 1).leadingZeroBitCount) / 2 }

  /// Whether more than half of it is of no use.
  var isSparse: Bool { removedCount * 2 > segment.layout.documentCount }
}
