/// What a segment knows of a term besides its postings.
struct TermEntry: Sendable {
  static let byteCount = 32

  /// Where its bytes begin in the texts; they end where those of the next entry begin.
  var textStart: UInt64
  /// Its first block; the last is before that of the next entry.
  var firstBlock: UInt64
  /// Documents that hold it.
  var documentCount: UInt32
  /// The most often that a document holds it.
  var greatestFrequency: UInt32
  /// The length of the shortest document that holds it.
  var shortestLength: UInt32

  init(textStart: UInt64, firstBlock: UInt64, documentCount: UInt32, greatestFrequency: UInt32, shortestLength: UInt32)
  {
    self.textStart = textStart
    self.firstBlock = firstBlock
    self.documentCount = documentCount
    self.greatestFrequency = greatestFrequency
    self.shortestLength = shortestLength
  }

  /// Reads an entry; the place is inside the span.
  @inline(__always)
  init(_ bytes: RawSpan, at place: Int) {
    textStart = bytes.number(at: place, as: UInt64.self)
    firstBlock = bytes.number(at: place + 8, as: UInt64.self)
    documentCount = bytes.number(at: place + 16, as: UInt32.self)
    greatestFrequency = bytes.number(at: place + 20, as: UInt32.self)
    shortestLength = bytes.number(at: place + 24, as: UInt32.self)
  }

  func append(to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(textStart)
    bytes.appendLittleEndian(firstBlock)
    bytes.appendLittleEndian(documentCount)
    bytes.appendLittleEndian(greatestFrequency)
    bytes.appendLittleEndian(shortestLength)
    bytes.appendLittleEndian(UInt32(0))
  }
}
