/// The bytes of one record of a file.
struct RecordSpan: Sendable, Hashable {
  let start: Int
  let end: Int
  /// The line on which it begins, from 1.
  let line: Int

  var range: Range<Int> { start..<end }
}

/// The lines of a text, without their ends. LF, CRLF and CR end a line.
struct LineScanner {
  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> RecordSpan? {
    guard offset < bytes.count else { return nil }
    let start = offset
    var end = offset
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    offset = end + 1
    if end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A { offset = end + 2 }
    defer { line += 1 }
    return RecordSpan(start: start, end: end, line: line)
  }
}
