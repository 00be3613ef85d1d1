/// Reads tables of comma- or tab-separated values (RFC 4180): a line a row, cells with bars between. The first row
/// names the
/// columns.
public struct DelimitedTableLoader: DocumentLoader {
  public let mediaTypes = ["text/csv", "text/tab-separated-values", "application/csv"]
  public let fileExtensions = ["csv", "tsv", "tab"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    let (text, encoding, warning) = try TextEncoding.text(of: bytes, name: name)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    let content = Array(text.utf8)
    let delimiter = DelimitedTableLoader.delimiter(of: content)
    var reader = RowReader(bytes: content, delimiter: delimiter)
    var rows = 0
    while let row = reader.next() {
      if rows == 0 { builder.metadata["columns"] = row.map(\.collapsedWhitespace).joined(separator: ", ") }
      try builder.appendRow(row)
      rows += 1
    }
    builder.mark(.table, from: 0)
    builder.metadata["encoding"] = encoding.rawValue
    builder.metadata["rows"] = "\(max(0, rows - 1))"
    if let warning { builder.warn(warning) }
    if reader.endedInQuotes { builder.warn("A quoted cell is never closed.") }
    return builder.text
  }

  /// The candidate that the first line, outside quotes, has most of.
  private static func delimiter(of bytes: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in bytes.prefix(65_536) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == 0x0A, !isQuoted { break }
      if !isQuoted { counts[byte, default: 0] += 1 }
    }
    let candidates: [UInt8] = [UInt8(ascii: ","), 0x09, UInt8(ascii: ";"), UInt8(ascii: "|")]
    return candidates.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? UInt8(ascii: ",")
  }

  /// Reads row after row.
  private struct RowReader {
    let bytes: [UInt8]
    let delimiter: UInt8
    var position = 0
    var endedInQuotes = false

    mutating func next() -> [String]? {
      guard position < bytes.count else { return nil }
      var cells: [String] = []
      var cell: [UInt8] = []
      var isQuoted = false
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        if isQuoted {
          if byte != UInt8(ascii: "\"") {
            cell.append(byte)
          } else if position < bytes.count, bytes[position] == byte {
            cell.append(byte)
            position += 1
          } else {
            isQuoted = false
          }
        } else if byte == UInt8(ascii: "\""), cell.isEmpty {
          isQuoted = true
        } else if byte == delimiter {
          cells.append(String(decoding: cell, as: UTF8.self))
          cell.removeAll(keepingCapacity: true)
        } else if byte == 0x0A {
          break
        } else if byte != 0x0D {
          cell.append(byte)
        }
      }
      endedInQuotes = isQuoted
      cells.append(String(decoding: cell, as: UTF8.self))
      return cells
    }
  }
}
