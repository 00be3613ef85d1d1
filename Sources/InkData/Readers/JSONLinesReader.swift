/// Finds the records of JSON Lines: every line that is not empty.
enum JSONLinesReader {
  static func spans(_ bytes: [UInt8]) -> [RecordSpan] {
    var scanner = LineScanner(bytes)
    var spans: [RecordSpan] = []
    while let line = scanner.next() {
      if bytes[line.range].contains(where: { $0 > 0x20 }) { spans.append(line) }
    }
    return spans
  }
}
