/// Where the sections of a segment lie, as its first bytes say.
///
/// A segment is one run of bytes, the same in memory and in a file, all numbers little-endian:
///
/// | section | content |
/// |---|---|
/// | header | ``headerByteCount`` bytes: magic, version, counts, lengths of sections, hashes |
/// | identity | the analyzer's identity in UTF-8 |
/// | identifiers | Int64 a document, ascending |
/// | lengths | UInt32 a document: its terms |
/// | forward starts | UInt64 a document and one more: bytes in the forward section |
/// | terms | a ``TermEntry`` a term and one more, in the order of their bytes |
/// | blocks | a ``PostingBlock`` for each 128 postings of a term |
/// | texts | the terms' bytes, one behind the other |
/// | forward | for each document the numbers of its terms, ascending, as differences in variable-length bytes |
/// | postings | for each block the documents as differences and the frequencies, each with as few bits as the block needs |
/// | padding | 8 bytes, so that a number may be read whole where it begins |
struct SegmentLayout: Sendable, Hashable {
  static let magic: UInt64 = 0x5344_524F_574B_4E49  // "INKWORDS"
  static let version: UInt32 = 1
  static let headerByteCount = 128
  static let padding = 8

  var documentCount: Int
  var termCount: Int
  var blockCount: Int
  var identityByteCount: Int
  var textByteCount: Int
  var forwardByteCount: Int
  var postingByteCount: Int
  /// The sum of the documents' lengths.
  var totalLength: UInt64
  /// The owner's number.
  var mark: Int64

  // Sections that hold numbers begin at multiples of 8.
  var identityStart: Int { SegmentLayout.headerByteCount }
  var identifierStart: Int { SegmentLayout.aligned(identityStart + identityByteCount) }
  var lengthStart: Int { identifierStart + documentCount * 8 }
  var forwardTableStart: Int { SegmentLayout.aligned(lengthStart + documentCount * 4) }
  var termStart: Int { forwardTableStart + (documentCount + 1) * 8 }
  var blockStart: Int { termStart + (termCount + 1) * TermEntry.byteCount }
  var textStart: Int { blockStart + blockCount * PostingBlock.byteCount }
  var forwardStart: Int { textStart + textByteCount }
  var postingStart: Int { forwardStart + forwardByteCount }
  var byteCount: Int { postingStart + postingByteCount + SegmentLayout.padding }

  static func aligned(_ place: Int) -> Int { (place + 7) & ~7 }
}

extension SegmentLayout {
  /// The header without its hashes, in the order of the fields.
  private var fields: [UInt64] {
    [
      SegmentLayout.magic, UInt64(SegmentLayout.version), UInt64(documentCount), UInt64(termCount), UInt64(blockCount),
      UInt64(identityByteCount), UInt64(textByteCount), UInt64(forwardByteCount), UInt64(postingByteCount), totalLength,
      UInt64(bitPattern: mark),
    ]
  }

  /// The header of a segment whose other bytes have a hash.
  func header(contentHash: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in fields + [contentHash] { bytes.appendLittleEndian(value) }
    bytes.append(contentsOf: [UInt8](repeating: 0, count: SegmentLayout.headerByteCount - 8 - bytes.count))
    bytes.appendLittleEndian(KeywordHash.of(bytes))
    return bytes
  }

  /// Reads and checks a header, and the hash of what follows it.
  ///
  /// - Throws: `damaged` unless the bytes are exactly what was written; `unsupported` for another version.
  init(_ bytes: RawSpan, name: String) throws(IndexError) {
    func damaged(_ expected: String, _ found: String) -> IndexError {
      IndexError(.damaged, context: name, expected: expected, found: found, hint: "Build the keyword index anew.")
    }
    guard bytes.byteCount >= SegmentLayout.headerByteCount else {
      throw damaged("at least \(SegmentLayout.headerByteCount) bytes", "\(bytes.byteCount)")
    }
    let fields = (0..<16).map { bytes.number(at: $0 * 8, as: UInt64.self) }
    guard fields[0] == SegmentLayout.magic else { throw damaged("a keyword index", "other bytes at its beginning") }
    guard fields[1] == UInt64(SegmentLayout.version) else {
      throw IndexError(
        .unsupported, context: name, expected: "version \(SegmentLayout.version) of the keyword index",
        found: "version \(fields[1])", hint: "Build the keyword index anew.")
    }
    guard KeywordHash.of(bytes.extracting(0..<SegmentLayout.headerByteCount - 8)) == fields[15] else {
      throw damaged("a header as it was written", "another hash")
    }
    // Every count stands for at least a byte of the file, so that no product below can overflow.
    let limit = UInt64(bytes.byteCount)
    guard fields[2...8].allSatisfy({ $0 <= limit }), limit <= 1 << 48 else {
      throw damaged("sections inside the file", "longer ones")
    }
    documentCount = Int(fields[2])
    termCount = Int(fields[3])
    blockCount = Int(fields[4])
    identityByteCount = Int(fields[5])
    textByteCount = Int(fields[6])
    forwardByteCount = Int(fields[7])
    postingByteCount = Int(fields[8])
    totalLength = fields[9]
    mark = Int64(bitPattern: fields[10])
    guard byteCount == bytes.byteCount else { throw damaged("\(byteCount) bytes", "\(bytes.byteCount)") }
    guard documentCount <= SegmentLayout.mostDocuments, totalLength <= 1 << 56 else {
      throw damaged("at most \(SegmentLayout.mostDocuments) documents", "\(documentCount)")
    }
    guard KeywordHash.of(bytes.extracting(SegmentLayout.headerByteCount..<bytes.byteCount)) == fields[11] else {
      throw damaged("content as it was written", "another hash")
    }
  }

  /// Documents are counted in 32 bits.
  static let mostDocuments = Int(Int32.max)
}
