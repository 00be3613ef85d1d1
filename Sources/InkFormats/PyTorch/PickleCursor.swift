import InkTensor

/// Reads the operands of a pickle in order; every read is checked against the end of its range.
struct PickleCursor: Sendable {
  private let storage: Storage
  private let end: Int
  let file: String
  private(set) var position: Int

  init(_ storage: Storage, range: Range<Int>, file: String) {
    self.storage = storage
    self.end = range.upperBound
    self.position = range.lowerBound
    self.file = file
  }

  /// The bytes that are left.
  var remaining: Int { end - position }

  mutating func byte() throws(FormatError) -> UInt8 {
    try require(1)
    let start = position
    position += 1
    return storage.withBytes(in: start..<start + 1) { $0.unsafeLoad(as: UInt8.self) }
  }

  /// A little-endian number.
  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) throws(FormatError) -> Value {
    let width = MemoryLayout<Value>.size
    try require(width)
    let start = position
    position += width
    return Value(littleEndian: storage.withBytes(in: start..<start + width) { $0.unsafeLoadUnaligned(as: type) })
  }

  /// A big-endian binary64.
  mutating func double() throws(FormatError) -> Double {
    Double(bitPattern: UInt64(bigEndian: UInt64(littleEndian: try integer(UInt64.self))))
  }

  /// That many bytes.
  mutating func bytes(_ count: UInt64) throws(FormatError) -> [UInt8] {
    guard let length = Int(exactly: count), length <= remaining else {
      throw FormatError(
        .truncated, file: file, context: "pickle at byte \(position)", expected: "\(count) bytes",
        found: "\(remaining)", hint: "The file is damaged or was not downloaded whole.")
    }
    let start = position
    position += length
    return storage.bytes(in: start..<start + length)
  }

  /// That many bytes of UTF-8.
  mutating func text(_ count: UInt64) throws(FormatError) -> String {
    let start = position
    guard let text = String(validating: try bytes(count), as: UTF8.self) else {
      throw FormatError(
        .malformed, file: file, context: "pickle at byte \(start)", expected: "a string in UTF-8", found: "other bytes")
    }
    return text
  }

  /// Goes on behind that many bytes, which must be there.
  mutating func skip(_ count: Int) throws(FormatError) {
    try require(count)
    position += count
  }

  /// A line of ASCII without its end, as the names of classes are written.
  mutating func line() throws(FormatError) -> String {
    let start = position
    var characters: [UInt8] = []
    while true {
      let next = try byte()
      if next == 0x0a { break }
      guard next >= 0x20, next < 0x7f, characters.count < 256 else {
        throw FormatError(
          .malformed, file: file, context: "pickle at byte \(start)", expected: "a line with a name",
          found: "other bytes")
      }
      characters.append(next)
    }
    return String(decoding: characters, as: UTF8.self)
  }

  private func require(_ count: Int) throws(FormatError) {
    guard count <= remaining else {
      throw FormatError(
        .truncated, file: file, context: "pickle at byte \(position)", expected: "\(count) more bytes",
        found: "\(remaining)", hint: "The file is damaged or was not downloaded whole.")
    }
  }
}
