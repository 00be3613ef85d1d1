/// Reads the numbers and strings of a GGUF header in order; every read is checked against the end of the file.
struct GGUFCursor {
  private(set) var position = 0
  let end: Int
  let file: String

  init(end: Int, file: String) {
    self.end = end
    self.file = file
  }

  /// The bytes that are left.
  var remaining: Int { end - position }

  /// Makes sure of `count` more bytes.
  func require(_ count: Int, _ what: @autoclosure () -> String) throws(FormatError) {
    guard count <= remaining else {
      throw FormatError(
        .truncated, file: file, context: "\(what()) at byte \(position)", expected: "\(count) bytes",
        found: "\(remaining)", hint: "The file is damaged or was not downloaded whole.")
    }
  }

  /// Passes over `count` bytes.
  mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(FormatError) {
    try require(count, what())
    position += count
  }

  /// A little-endian number.
  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, in bytes: RawSpan, _ what: @autoclosure () -> String
  ) throws(FormatError) -> Value {
    try require(MemoryLayout<Value>.size, what())
    let value = bytes.unsafeLoadUnaligned(fromByteOffset: position, as: Value.self)
    position += MemoryLayout<Value>.size
    return Value(littleEndian: value)
  }

  /// A count of things that take at least `minimumByteCount` bytes each: refused when the file cannot hold them.
  mutating func count(
    _ minimumByteCount: Int, in bytes: RawSpan, _ what: @autoclosure () -> String
  ) throws(FormatError) -> Int {
    let start = position
    let claimed = try integer(UInt64.self, in: bytes, what())
    guard let count = Int(exactly: claimed), count <= remaining / minimumByteCount else {
      throw FormatError(
        .outOfRange, file: file, context: "\(what()) at byte \(start)",
        expected: "at most \(remaining / minimumByteCount), which is what the file can hold", found: "\(claimed)",
        hint: "The file is damaged or was not downloaded whole.")
    }
    return count
  }

  /// A string with its length before it.
  mutating func string(
    limit: Int, in bytes: RawSpan, _ what: @autoclosure () -> String
  ) throws(FormatError) -> String {
    let range = try stringRange(in: bytes, what())
    guard range.count <= limit else {
      throw FormatError(
        .outOfRange, file: file, context: "\(what()) at byte \(range.lowerBound)", expected: "at most \(limit) bytes",
        found: "\(range.count)")
    }
    var content: [UInt8] = []
    content.reserveCapacity(range.count)
    for offset in range { content.append(bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)) }
    return String(decoding: content, as: UTF8.self)
  }

  /// The place of a string's content, which is checked to be UTF-8.
  mutating func stringRange(in bytes: RawSpan, _ what: @autoclosure () -> String) throws(FormatError) -> Range<Int> {
    let start = position
    let claimed = try integer(UInt64.self, in: bytes, what())
    guard claimed <= UInt64(remaining) else {
      throw FormatError(
        .outOfRange, file: file, context: "\(what()) at byte \(start)",
        expected: "a length of at most \(remaining), which is what the file can hold", found: "\(claimed)",
        hint: "The file is damaged or was not downloaded whole.")
    }
    let range = position..<position + Int(claimed)
    guard UTF8Check.isValid(bytes, range) else {
      throw FormatError(
        .malformed, file: file, context: "\(what()) at byte \(position)", expected: "a string in UTF-8",
        found: "other bytes")
    }
    position = range.upperBound
    return range
  }

  /// Where the contents of `count` strings begin, and behind the last where the next would.
  ///
  /// A vocabulary has hundreds of thousands: the loop builds no text and touches nothing that is counted.
  mutating func stringStarts(
    _ count: Int, in bytes: RawSpan, _ what: @autoclosure () -> String
  ) throws(FormatError) -> [Int] {
    var starts: [Int] = []
    starts.reserveCapacity(count + 1)
    var next = position
    let end = end
    for _ in 0..<count {
      guard end - next >= 8 else { break }
      let length = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: next, as: UInt64.self))
      guard length <= UInt64(end - next - 8) else { break }
      let range = next + 8..<next + 8 + Int(length)
      guard UTF8Check.isValid(bytes, range) else { break }
      starts.append(range.lowerBound)
      next = range.upperBound
    }
    position = next
    // What stopped the loop is found again by the read that names it.
    if starts.count < count { _ = try stringRange(in: bytes, what()) }
    starts.append(position + 8)
    return starts
  }

  /// Numbers that ``count(_:in:_:)`` has found room for.
  mutating func integers<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, _ count: Int, in bytes: RawSpan
  ) -> [Value] {
    var list: [Value] = []
    list.reserveCapacity(count)
    let start = position
    for index in 0..<count {
      let offset = start + index * MemoryLayout<Value>.size
      list.append(Value(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self)))
    }
    position += count * MemoryLayout<Value>.size
    return list
  }
}
