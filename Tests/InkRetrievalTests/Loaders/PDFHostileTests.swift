import InkRetrieval
import Testing

/// Files that were made to take time or memory.
@Suite struct PDFHostileTests {
  private let limits = ReadingLimits(fileBytes: 1 << 24, textBytes: 1 << 16, unpackedBytes: 1 << 22)

  private func read(_ builder: PDFBuilder) throws -> ExtractedText {
    try PDFLoader(limits: limits).extract(builder.bytes(), name: "a.pdf")
  }

  @Test("forms that show each other many times are refused when they come to too much")
  func formsInForms() throws {
    var builder = PDFBuilder.pages(["/F0 Do"])
    let resources =
      "/Resources << /XObject << " + (0..<11).map { "/F\($0) \(6 + $0) 0 R" }.joined(separator: " ") + " >> >>"
    builder.objects[3] = "<< /Type /Page /Contents 5 0 R \(resources) >>"
    for level in 0..<11 {
      let content = String(repeating: "/F\(level + 1) Do ", count: 100)
      builder.objects.append(
        "<< /Subtype /Form \(resources) /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream")
    }
    let error = #expect(throws: RetrievalError.self) { try read(builder) }
    #expect(error?.code == .tooLarge)
  }

  @Test("a page shown again and again by many pages is refused when it comes to too much text")
  func pagesOfOneContent() throws {
    var builder = PDFBuilder.pages(["BT /F1 9 Tf 9 9 Td (\(String(repeating: "word ", count: 1000))) Tj ET"])
    let pages = (0..<200).map { _ in "<< /Type /Page /Contents 5 0 R /Resources << /Font << /F1 3 0 R >> >> >>" }
    builder.objects[1] = "<< /Type /Pages /Kids [\(pages.joined(separator: " "))] >>"
    let error = #expect(throws: RetrievalError.self) { try read(builder) }
    #expect(error?.code == .tooLarge)
  }

  @Test(
    "objects that were never closed are each read to the end of the file only so often",
    arguments: ["(", "[", "<<", "<< /A <<", "[ <"])
  func openObjects(opening: String) throws {
    var builder = PDFBuilder.pages(["BT /F1 12 Tf 50 700 Td (x) Tj ET"])
    builder.withoutTable = true
    var bytes = builder.bytes()
    bytes += Array((10..<20_000).map { "\n\($0) 0 obj \(opening)" }.joined().utf8)
    let text = try PDFLoader(limits: limits).extract(bytes, name: "a.pdf")
    #expect(text.text == "x")
    #expect(text.warnings.contains { $0.contains("lie in each other") })
  }

  @Test("streams without an end are found out without a search each")
  func openStreams() throws {
    var builder = PDFBuilder.pages(["BT /F1 12 Tf 50 700 Td (x) Tj ET"])
    builder.withoutTable = true
    var bytes = builder.bytes()
    bytes += Array((10..<20_000).map { "\n\($0) 0 obj << >> stream\n" }.joined().utf8)
    bytes += [UInt8](repeating: 0x65, count: 1 << 20) + Array("endstream".utf8)
    #expect(try PDFLoader(limits: limits).extract(bytes, name: "a.pdf").text == "x")
  }

  @Test("a font written into the page is read once, however often it is chosen")
  func fontsInPages() throws {
    var builder = PDFBuilder.pages([
      "BT 50 700 Td " + String(repeating: "/F1 12 Tf ", count: 50_000) + "(x) Tj ET"
    ])
    builder.objects[3] =
      "<< /Type /Page /Contents 5 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /A >> >> >> >>"
    #expect(try read(builder).text == "x")
  }

  @Test("references that go in circles, from tables to streams, end", arguments: ["xref", "object"])
  func circlesOfReferences(kind: String) throws {
    let builder = PDFBuilder.pages(["BT /F1 12 Tf 50 700 Td (x) Tj ET"])
    let text = String(decoding: builder.bytes(), as: UTF8.self)
    let start = text.utf8.count
    let tail =
      kind == "xref"
      ? "\nxref\n0 0\ntrailer << /Root 1 0 R /Prev \(start + 1) /XRefStm \(start + 1) >>\nstartxref\n\(start + 1)\n%%EOF"
      : "\n90 0 obj 91 0 R endobj 91 0 obj 90 0 R endobj trailer << /Root 90 0 R >>\nstartxref\n\(start)\n%%EOF"
    let document = try PDFLoader(limits: limits).extract(Array((text + tail).utf8), name: "a.pdf")
    #expect(document.text == "x")
  }

  @Test("a stream that unpacks to many times its size is refused")
  func denseStream() throws {
    // Runs of runs: every two bytes become 128, and those 8192.
    let packed = String(repeating: "8181", count: 200) + ">"
    var builder = PDFBuilder.pages([""])
    builder.objects[4] =
      "<< /Filter [/ASCIIHexDecode /RunLengthDecode /RunLengthDecode] /Length \(packed.utf8.count) >>\n"
      + "stream\n\(packed)\nendstream"
    let error = #expect(throws: RetrievalError.self) { try read(builder) }
    #expect(error?.code == .tooLarge)
    #expect(error?.expected.contains("200 times") == true)
  }

  @Test("predicted rows are read, also those that are said to be longer than any memory", arguments: [8, 1 << 40])
  func predictedRows(columns: Int) throws {
    let text = "BT /F1 12 Tf 50 700 Td (predicted) Tj ET BT /F1 12 Tf 50 600 Td (rows) Tj ET"
    let content = Array(text.utf8)
    let row = min(columns, content.count)
    var rows: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: row) {
      let filter = UInt8(start / row % 5)
      rows.append(filter)
      for index in start..<min(start + row, content.count) {
        let left = index > start ? content[index - 1] : 0
        let up = start > 0 ? content[index - row] : 0
        let corner = index > start && start > 0 ? content[index - row - 1] : 0
        rows.append(content[index] &- Self.prediction(filter, left, up, corner))
      }
    }
    let packed = Self.literalCodes(rows) + ">"
    var builder = PDFBuilder.pages([""])
    builder.objects[4] =
      "<< /Filter [/ASCIIHexDecode /LZWDecode] /DecodeParms [null << /Predictor 15 /Columns \(columns) >>]"
      + " /Length \(packed.utf8.count) >>\nstream\n\(packed)\nendstream"
    #expect(try read(builder).text.split(whereSeparator: \.isWhitespace) == ["predicted", "rows"])
  }

  /// The filters of PNG (RFC 2083, 6).
  private static func prediction(_ filter: UInt8, _ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
    switch filter {
    case 1: return left
    case 2: return up
    case 3: return UInt8((Int(left) + Int(up)) / 2)
    case 4:
      let estimate = Int(left) + Int(up) - Int(corner)
      return [left, up, corner].min { abs(estimate - Int($0)) < abs(estimate - Int($1)) } ?? left
    default: return 0
    }
  }

  /// LZW without sequences: a code of nine bits for every byte, which holds for the first 250 of them.
  private static func literalCodes(_ bytes: [UInt8]) -> String {
    var bits = ""
    for code in [256] + bytes.map(Int.init) + [257] {
      let digits = String(code, radix: 2)
      bits += String(repeating: "0", count: 9 - digits.count) + digits
    }
    bits += String(repeating: "0", count: (8 - bits.count % 8) % 8)
    let digits = Array(bits)
    return stride(from: 0, to: digits.count, by: 8).map { start in
      let byte = UInt8(String(digits[start..<start + 8]), radix: 2) ?? 0
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
