/// Fonts whose codes have several bytes (ISO 32000-1, 9.7).
extension PDFFont {
  private static let mostWidths = 1 << 17

  static func compositeCodes(
    _ font: [String: PDFObject], _ file: PDFFile
  ) throws(RetrievalError) -> (codes: Codes, isVertical: Bool) {
    let encoding = file.resolve(font["Encoding"])
    if case .stream(let stream) = encoding {
      let map = PDFCharacterMap(try file.decode(stream))
      let said = file.resolve(stream.dictionary["WMode"]).integer
      return (.mapped(map), said.map { $0 == 1 } ?? map.isVertical)
    }
    let name = encoding.name ?? ""
    return (codes(named: name), PDFCharacterMap.isVertical(name))
  }

  private static func codes(named name: String) -> Codes {
    if name.hasPrefix("Uni") { return .encoded(.utf16BigEndian) }
    if name.hasPrefix("GB") { return .encoded(.gb18030) }
    if name.hasPrefix("ETen") || name.hasPrefix("B5") || name.hasPrefix("HKscs") { return .encoded(.big5) }
    if name.hasPrefix("90") || name.contains("RKSJ") { return .encoded(.shiftJIS) }
    if name.hasPrefix("KSC") { return .encoded(.eucKorean) }
    return .identity
  }

  /// Widths by glyph, as runs `first [w …]` or `first last w`.
  static func compositeWidths(_ font: [String: PDFObject], _ file: PDFFile) -> [Int: Double] {
    metrics(file.array(font["W"]) ?? [], count: 1, file)
  }

  /// Heights by glyph: of three numbers each, the first is the way down to the next glyph.
  static func compositeHeights(_ font: [String: PDFObject], _ file: PDFFile) -> [Int: Double] {
    metrics(file.array(font["W2"]) ?? [], count: 3, file).mapValues(abs)
  }

  /// The first of the `count` numbers that a list gives for each glyph.
  private static func metrics(_ list: [PDFObject], count: Int, _ file: PDFFile) -> [Int: Double] {
    var metrics: [Int: Double] = [:]
    var index = 0
    while index + 1 < list.count, metrics.count < mostWidths {
      guard let first = file.resolve(list[index]).integer, first >= 0, first < mostWidths else { break }
      if case .array(let run) = file.resolve(list[index + 1]) {
        for offset in stride(from: 0, to: run.count - count + 1, by: count) {
          metrics[first + offset / count] = file.resolve(run[offset]).number
        }
        index += 2
      } else if index + 1 + count < list.count, let last = file.resolve(list[index + 1]).integer,
        let value = file.resolve(list[index + 2]).number
      {
        if last >= first { for code in first...min(last, first + 65_535) { metrics[code] = value } }
        index += 2 + count
      } else {
        break
      }
    }
    return metrics
  }
}
