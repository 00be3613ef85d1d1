/// Finds the documents of a text file.
enum PlainTextReader {
  static func spans(_ bytes: [UInt8], division: TextDocuments.Division) -> [RecordSpan] {
    switch division {
    case .wholeFile: hasText(bytes[...]) ? [RecordSpan(start: 0, end: bytes.count, line: 1)] : []
    case .lines: divided(bytes) { _ in .document }
    case .blankLines: divided(bytes) { hasText($0) ? .inside : .separator }
    case .separatorLine(let text):
      divided(bytes) { $0.elementsEqual(text.utf8) ? .separator : .inside }
    }
  }

  /// The text of a document with LF as the end of lines.
  /// - Throws: `DataError` for bytes that are not UTF-8.
  static func text(
    _ bytes: ArraySlice<UInt8>, _ codes: TextDocuments.TerminalCodes, origin: RecordOrigin
  ) throws(DataError) -> String {
    var plain = [UInt8]()
    plain.reserveCapacity(bytes.count)
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == 0x0D {
        plain.append(0x0A)
      } else if byte != 0x0A || previous != 0x0D {
        plain.append(byte)
      }
      previous = byte
    }
    if codes == .strip { plain = TerminalCodeStripper.stripped(plain) }
    guard let text = String(validating: plain, as: UTF8.self) else {
      throw DataError(
        .invalidRecord, context: "\(origin)", expected: "UTF-8 or UTF-16 text", found: "bytes that are neither",
        hint: "Convert the file to UTF-8.")
    }
    return text
  }

  private enum LineKind {
    case document, inside, separator
  }

  private static func divided(
    _ bytes: [UInt8], by kind: (ArraySlice<UInt8>) -> LineKind
  ) -> [RecordSpan] {
    var spans: [RecordSpan] = []
    var open: RecordSpan?
    func close() {
      if let span = open, hasText(bytes[span.range]) { spans.append(span) }
      open = nil
    }
    var scanner = LineScanner(bytes)
    while let line = scanner.next() {
      switch kind(bytes[line.range]) {
      case .document:
        open = line
        close()
      case .separator: close()
      case .inside:
        // A document begins with its first line that says something.
        if open == nil, !hasText(bytes[line.range]) { continue }
        open = RecordSpan(start: open?.start ?? line.start, end: line.end, line: open?.line ?? line.line)
      }
    }
    close()
    return spans
  }

  private static func hasText(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.contains { $0 > 0x20 } }
}
