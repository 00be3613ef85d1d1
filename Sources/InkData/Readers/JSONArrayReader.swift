/// Finds the elements of a JSON array without building them.
struct JSONArrayReader {
  private let bytes: [UInt8]
  private let path: String
  private var offset = 0
  private var line = 1

  /// - Throws: `DataError` where brackets, quotes or commas do not fit, since what follows cannot be told apart then.
  static func spans(_ bytes: [UInt8], path: String) throws(DataError) -> [RecordSpan] {
    var reader = JSONArrayReader(bytes: bytes, path: path)
    return try reader.elements()
  }

  private init(bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  private mutating func elements() throws(DataError) -> [RecordSpan] {
    skipSpace()
    guard take(UInt8(ascii: "[")) else { throw fault("'[', because the file is one JSON array") }
    var spans: [RecordSpan] = []
    skipSpace()
    if !take(UInt8(ascii: "]")) {
      while true {
        spans.append(try element())
        skipSpace()
        if take(UInt8(ascii: ",")) {
          skipSpace()
          continue
        }
        guard take(UInt8(ascii: "]")) else { throw fault("',' or ']' after an element") }
        break
      }
    }
    skipSpace()
    guard offset == bytes.count else { throw fault("the end of the file") }
    return spans
  }

  private mutating func element() throws(DataError) -> RecordSpan {
    let start = offset
    let firstLine = line
    var depth = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        try string()
        if depth == 0 { return RecordSpan(start: start, end: offset, line: firstLine) }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return try ended(start, firstLine) }
        depth -= 1
        if depth == 0 {
          offset += 1
          return RecordSpan(start: start, end: offset, line: firstLine)
        }
      case UInt8(ascii: ","): if depth == 0 { return try ended(start, firstLine) }
      case 0x0A: line += 1
      default: break
      }
      offset += 1
    }
    throw fault("the end of the element that begins on line \(firstLine)")
  }

  private func ended(_ start: Int, _ firstLine: Int) throws(DataError) -> RecordSpan {
    guard offset > start else { throw fault("an element") }
    return RecordSpan(start: start, end: offset, line: firstLine)
  }

  private mutating func string() throws(DataError) {
    let firstLine = line
    offset += 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      if bytes[offset] == 0x0A { line += 1 }
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard offset < bytes.count else { throw fault("the end of the text that begins on line \(firstLine)") }
    offset += 1
  }

  private mutating func skipSpace() {
    while offset < bytes.count, bytes[offset] <= 0x20 {
      if bytes[offset] == 0x0A { line += 1 }
      offset += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private func fault(_ expected: String) -> DataError {
    let found =
      offset < bytes.count
      ? "\"\(String(decoding: bytes[offset...].prefix(20), as: UTF8.self))\"" : "the end of the file"
    return DataError(
      .invalidRecord, context: "\(path):\(line)", expected: expected, found: found,
      hint: "Mend the file; what follows such a fault cannot be read.")
  }
}
