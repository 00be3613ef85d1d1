internal import InkTensor

/// Makes one segment of several, without the documents that were removed.
///
/// Documents are ordered by their numbers and terms by their bytes, so that the bytes of the result tell nothing of the
/// order in which the documents came.
struct SegmentMerge {
  private let parts: [IndexPart]
  /// For each part the new places of its documents, or -1.
  private var places: [[Int]]
  private var identifiers: [Int64] = []
  private var lengths: [UInt32] = []

  /// Plans the merge of parts that share no document.
  init(_ parts: [IndexPart]) throws(IndexError) {
    self.parts = parts
    places = parts.map { Array(repeating: -1, count: $0.segment.layout.documentCount) }
    var documents: [(identifier: Int64, part: Int, document: Int, length: UInt32)] = []
    for (number, part) in parts.enumerated() {
      try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        for document in 0..<part.segment.layout.documentCount where !part.isRemoved(document) {
          documents.append(
            (part.segment.identifier(document, bytes), number, document, part.segment.length(document, bytes)))
        }
      }
    }
    documents.sort { ($0.identifier, $0.part) < ($1.identifier, $1.part) }
    for (place, entry) in documents.enumerated() {
      places[entry.part][entry.document] = place
      identifiers.append(entry.identifier)
      lengths.append(entry.length)
    }
  }

  /// The merged segment.
  func merged(identity: String) throws(IndexError) -> KeywordSegment {
    var writer = SegmentWriter(identifiers: identifiers, lengths: lengths, postingCount: 0)
    var cursors = try parts.map { part throws(IndexError) in try TermWalk(part.segment) }
    var decoded = DecodedBlock()
    while let text = cursors.compactMap(\.text).min(by: { $0.lexicographicallyPrecedes($1) }) {
      var postings: [(document: UInt32, frequency: UInt32)] = []
      for number in cursors.indices where cursors[number].text == text {
        let segment = parts[number].segment
        let map = places[number]
        try segment.withBytes { (bytes: RawSpan) throws(IndexError) in
          try segment.forEachPosting(of: cursors[number].term, bytes, &decoded) { document, frequency in
            let place = map[Int(document)]
            if place >= 0 { postings.append((UInt32(place), frequency)) }
          }
        }
        try cursors[number].advance()
      }
      if postings.isEmpty { continue }
      postings.sort { $0.document < $1.document }
      writer.append(text[...], documents: postings.map(\.document)[...], frequencies: postings.map(\.frequency)[...])
    }
    return writer.finish(identity: identity)
  }
}

/// Goes through the terms of a segment in order.
private struct TermWalk {
  private let segment: KeywordSegment
  private(set) var term = 0
  /// The bytes of the term; nil behind the last.
  private(set) var text: [UInt8]?

  init(_ segment: KeywordSegment) throws(IndexError) {
    self.segment = segment
    try read()
  }

  mutating func advance() throws(IndexError) {
    term += 1
    try read()
  }

  private mutating func read() throws(IndexError) {
    guard term < segment.layout.termCount else {
      text = nil
      return
    }
    let term = term
    let segment = segment
    let range = try segment.withBytes { (bytes: RawSpan) throws(IndexError) in try segment.textRange(term, bytes) }
    text = segment.storage.bytes(in: range)
  }
}
