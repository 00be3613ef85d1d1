internal import InkTensor

/// Writes a segment term by term.
struct SegmentWriter {
  private let identifiers: [Int64]
  private let lengths: [UInt32]
  private var entries: [UInt8] = []
  private var blocks: [UInt8] = []
  private var texts: [UInt8] = []
  private var postings: [UInt8] = []
  private var termCount = 0
  private var blockCount = 0
  /// The documents of all postings in the order of the terms, from which each document's terms are collected.
  private var heldBy: [UInt32] = []
  private var termStarts: [Int] = []

  /// - Parameter identifiers: ascending.
  init(identifiers: [Int64], lengths: [UInt32], postingCount: Int) {
    self.identifiers = identifiers
    self.lengths = lengths
    heldBy.reserveCapacity(postingCount)
    postings.reserveCapacity(postingCount * 2)
  }

  /// Appends a term whose bytes come after those of the term before.
  ///
  /// - Parameters:
  ///   - documents: at least one; ascending places in `identifiers`.
  ///   - frequencies: as many.
  mutating func append(_ text: ArraySlice<UInt8>, documents: ArraySlice<UInt32>, frequencies: ArraySlice<UInt32>) {
    termStarts.append(heldBy.count)
    heldBy.append(contentsOf: documents)
    let textStart = texts.count
    let firstBlock = blockCount
    texts.append(contentsOf: text)
    var greatest: UInt32 = 0
    var shortest = UInt32.max
    var previous = -1
    for offset in stride(from: 0, to: documents.count, by: PostingBlock.capacity) {
      let count = min(PostingBlock.capacity, documents.count - offset)
      let block = appendBlock(
        documents[(documents.startIndex + offset)..<(documents.startIndex + offset + count)],
        frequencies[(frequencies.startIndex + offset)..<(frequencies.startIndex + offset + count)], after: previous)
      greatest = max(greatest, block.greatestFrequency)
      shortest = min(shortest, block.shortestLength)
      previous = Int(block.lastDocument)
    }
    TermEntry(
      textStart: UInt64(textStart), firstBlock: UInt64(firstBlock), documentCount: UInt32(documents.count),
      greatestFrequency: greatest, shortestLength: shortest
    ).append(to: &entries)
    termCount += 1
  }

  private mutating func appendBlock(
    _ documents: ArraySlice<UInt32>, _ frequencies: ArraySlice<UInt32>, after previous: Int
  ) -> PostingBlock {
    var differences: [UInt32] = []
    differences.reserveCapacity(documents.count)
    var last = previous
    var shortest = UInt32.max
    for document in documents {
      differences.append(UInt32(Int(document) - last - 1))
      last = Int(document)
      shortest = min(shortest, lengths[Int(document)])
    }
    let reduced = frequencies.map { $0 - 1 }
    let block = PostingBlock(
      start: UInt64(postings.count), lastDocument: UInt32(last), greatestFrequency: (reduced.max() ?? 0) + 1,
      shortestLength: shortest, documentBits: BitPacking.width(of: differences.max() ?? 0),
      frequencyBits: BitPacking.width(of: reduced.max() ?? 0), count: UInt8(documents.count))
    BitPacking.append(differences[...], width: block.documentBits, to: &postings)
    BitPacking.append(reduced[...], width: block.frequencyBits, to: &postings)
    block.append(to: &blocks)
    blockCount += 1
    return block
  }

  /// The segment. Its header has no hashes yet: those are for files.
  consuming func finish(identity: String) -> KeywordSegment {
    TermEntry(
      textStart: UInt64(texts.count), firstBlock: UInt64(blockCount), documentCount: 0, greatestFrequency: 0,
      shortestLength: 0
    ).append(to: &entries)
    let (forwardStarts, forward) = forwardLists()
    let layout = SegmentLayout(
      documentCount: identifiers.count, termCount: termCount, blockCount: blockCount,
      identityByteCount: identity.utf8.count, textByteCount: texts.count, forwardByteCount: forward.count,
      postingByteCount: postings.count, totalLength: lengths.reduce(0) { $0 + UInt64($1) }, mark: 0)
    var bytes = [UInt8](repeating: 0, count: SegmentLayout.headerByteCount)
    bytes.reserveCapacity(layout.byteCount)
    bytes.append(contentsOf: identity.utf8)
    bytes.append(contentsOf: [UInt8](repeating: 0, count: layout.identifierStart - bytes.count))
    for identifier in identifiers { bytes.appendLittleEndian(UInt64(bitPattern: identifier)) }
    for length in lengths { bytes.appendLittleEndian(length) }
    bytes.append(contentsOf: [UInt8](repeating: 0, count: layout.forwardTableStart - bytes.count))
    for start in forwardStarts { bytes.appendLittleEndian(UInt64(start)) }
    for section in [entries, blocks, texts, forward, postings] { bytes.append(contentsOf: section) }
    bytes.append(contentsOf: [UInt8](repeating: 0, count: SegmentLayout.padding))
    return KeywordSegment(storage: Storage.copying(bytes), layout: layout)
  }

  /// For each document the numbers of its terms, ascending, as differences in bytes of seven bits.
  private func forwardLists() -> (starts: [Int], bytes: [UInt8]) {
    var starts = [Int](repeating: 0, count: identifiers.count + 1)
    for document in heldBy { starts[Int(document) + 1] += 1 }
    for document in identifiers.indices { starts[document + 1] += starts[document] }
    var cursors = starts
    var terms = [UInt32](repeating: 0, count: heldBy.count)
    for (term, start) in termStarts.enumerated() {
      let end = term + 1 < termStarts.count ? termStarts[term + 1] : heldBy.count
      for place in start..<end {
        let document = Int(heldBy[place])
        terms[cursors[document]] = UInt32(term)
        cursors[document] += 1
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(heldBy.count * 2)
    var byteStarts = [0]
    byteStarts.reserveCapacity(starts.count)
    for document in identifiers.indices {
      var previous = -1
      for term in terms[starts[document]..<starts[document + 1]] {
        var difference = Int(term) - previous - 1
        previous = Int(term)
        while difference >= 0x80 {
          bytes.append(UInt8(truncatingIfNeeded: difference) | 0x80)
          difference >>= 7
        }
        bytes.append(UInt8(difference))
      }
      byteStarts.append(bytes.count)
    }
    return (byteStarts, bytes)
  }
}
