/// Rows of fields between commas or tabs (RFC 4180): a field in quotes may hold separators, line ends and doubled quotes.
struct DelimitedReader: Sendable {
  let separator: UInt8
  /// The names in the first row.
  let header: [String]
  private static let quote = UInt8(ascii: "\"")

  /// Reads the header and finds the rows behind it. Rows of nothing do not count.
  /// - Throws: `DataError` for a file without a header, a header with a name twice, and a quote that is never closed.
  static func open(
    _ bytes: [UInt8], separator: UInt8, path: String
  ) throws(DataError) -> (reader: DelimitedReader, spans: [RecordSpan]) {
    var spans = try rows(bytes, separator: separator, path: path)
    guard let first = spans.first else {
      throw DataError(.invalidRecord, context: path, expected: "a header line", found: "an empty file")
    }
    spans.removeFirst()
    let origin = RecordOrigin(path: path, line: first.line)
    let header = try Self.fields(bytes[first.range], separator: separator, origin: origin)
    var seen: Set<String> = []
    for name in header where !seen.insert(name).inserted {
      throw DataError(
        .invalidRecord, context: "\(origin)", expected: "a header that names every column once",
        found: "\"\(name)\" twice", hint: "The first line must be the header.")
    }
    return (DelimitedReader(separator: separator, header: header), spans)
  }

  /// The fields of a row by the names of the header.
  func row(_ bytes: ArraySlice<UInt8>, origin: RecordOrigin) throws(DataError) -> [(String, String)] {
    let fields = try Self.fields(bytes, separator: separator, origin: origin)
    guard fields.count == header.count else {
      throw DataError(
        .invalidRecord, context: "\(origin)", expected: "\(header.count) fields as in the header",
        found: "\(fields.count)", hint: "A field with separators or line ends in it stands in quotes.")
    }
    return Array(zip(header, fields))
  }

  private static func rows(_ bytes: [UInt8], separator: UInt8, path: String) throws(DataError) -> [RecordSpan] {
    var spans: [RecordSpan] = []
    var offset = 0
    var line = 1
    while offset < bytes.count {
      let start = offset
      let firstLine = line
      var isQuoted = false
      var fieldStart = offset
      while offset < bytes.count {
        let byte = bytes[offset]
        if byte == quote, isQuoted || bytes[fieldStart] == quote {
          // A doubled quote closes and opens again.
          isQuoted.toggle()
        } else if isQuoted {
          if byte == 0x0A { line += 1 }
        } else if byte == separator {
          fieldStart = min(offset + 1, bytes.count - 1)
        } else if byte == 0x0A || byte == 0x0D {
          break
        }
        offset += 1
      }
      if isQuoted {
        throw DataError(
          .invalidRecord, context: "\(path):\(firstLine)", expected: "a closing quote", found: "the end of the file",
          hint: "A quote inside a quoted field is written twice.")
      }
      if offset > start { spans.append(RecordSpan(start: start, end: offset, line: firstLine)) }
      if offset + 1 < bytes.count, bytes[offset] == 0x0D, bytes[offset + 1] == 0x0A { offset += 1 }
      offset += 1
      line += 1
    }
    return spans
  }

  private static func fields(
    _ bytes: ArraySlice<UInt8>, separator: UInt8, origin: RecordOrigin
  ) throws(DataError) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var offset = bytes.startIndex
    func finish() throws(DataError) {
      guard let text = String(validating: field, as: UTF8.self) else {
        throw DataError(.invalidRecord, context: "\(origin)", expected: "UTF-8", found: "bytes that are not")
      }
      fields.append(text)
      field = []
    }
    while offset < bytes.endIndex {
      if bytes[offset] == quote, field.isEmpty, offset == bytes.startIndex || bytes[offset - 1] == separator {
        offset = try quoted(bytes, from: offset + 1, separator: separator, into: &field, origin)
      } else if bytes[offset] == separator {
        try finish()
        offset += 1
      } else {
        field.append(bytes[offset])
        offset += 1
      }
    }
    try finish()
    return fields
  }

  /// Reads up to the closing quote and returns the place behind it.
  private static func quoted(
    _ bytes: ArraySlice<UInt8>, from start: Int, separator: UInt8, into field: inout [UInt8], _ origin: RecordOrigin
  ) throws(DataError) -> Int {
    var offset = start
    while offset < bytes.endIndex {
      if bytes[offset] != quote {
        field.append(bytes[offset])
      } else if offset + 1 < bytes.endIndex, bytes[offset + 1] == quote {
        field.append(quote)
        offset += 1
      } else {
        offset += 1
        guard offset == bytes.endIndex || bytes[offset] == separator else {
          throw DataError(
            .invalidRecord, context: "\(origin)", expected: "a separator after a closing quote",
            found: "\"\(String(decoding: bytes[offset...].prefix(12), as: UTF8.self))\"",
            hint: "A quote inside a quoted field is written twice.")
        }
        return offset
      }
      offset += 1
    }
    throw DataError(.invalidRecord, context: "\(origin)", expected: "a closing quote", found: "the end of the row")
  }
}
