import InkRetrieval
import Testing

@Suite struct OfficeLoaderTests {
  private func read(
    _ members: [(name: String, text: String)], _ limits: ReadingLimits = ReadingLimits()
  ) throws -> ExtractedText {
    try DocumentReader(limits: limits).read(storedArchive(members), name: "upload")
  }

  @Test("a Word document gives headings by style, items, rows and no deleted text")
  func word() throws {
    let document = try read(OfficeSamples.document)
    #expect(document.text == "第一章\n\nA & B\n\n  - item\n- more\n\na | b")
    #expect(document.headings.map(\.level) == [2])
    #expect(document.title == "T")
    #expect(document.metadata["author"] == "Li")
    #expect(document.blocks.map(\.kind) == [.list, .list, .table, .tableRow])
  }

  @Test("a spreadsheet gives rows with shared texts, dates and gaps")
  func spreadsheet() throws {
    let document = try read(OfficeSamples.workbook)
    #expect(document.text == "价格\n\nName |  | Date\n苹果 | 3.5 | 2024-02-29")
    #expect(document.headings.map(\.title) == ["价格"])
  }

  @Test("a presentation has a page for every slide, in the order of the show")
  func presentation() throws {
    let document = try read(OfficeSamples.presentation)
    #expect(document.text == "Start\n\nwords\n\nlast")
    #expect(document.pageStarts.count == 2)
    #expect(document.page(at: document.text.utf8.count - 1) == 2)
    #expect(document.headings.map(\.title) == ["Start"])
  }

  @Test("a book is read in the order of its spine")
  func book() throws {
    let document = try read(OfficeSamples.book)
    #expect(document.text == "Two\n\nsecond\n\nOne\n\nfirst")
    #expect(document.title == "书名")
    #expect(document.metadata["author"] == "作者")
  }

  @Test("a document that unpacks to more than allowed is refused")
  func bomb() throws {
    let error = #expect(throws: RetrievalError.self) {
      try read(OfficeSamples.document, ReadingLimits(unpackedBytes: 300))
    }
    #expect(error?.code == .tooLarge)
  }

  /// Spaces in DEFLATE with fixed codes (RFC 1951, 3.2.6): one as it is, then matches of 258 at distance 1.
  private static func packedSpaces(matches: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var (bits, count) = (0, 0)
    func write(_ value: Int, _ width: Int) {
      bits |= value << count
      count += width
      while count >= 8 {
        bytes.append(UInt8(bits & 0xFF))
        bits >>= 8
        count -= 8
      }
    }
    write(0b011, 3)
    // Codes are written from their highest bit: 0x50 for a space, 0xC5 and no distance bits for a match, 0 for the end.
    write(0b0000_1010, 8)
    for _ in 0..<matches { write(0b1010_0011, 8); write(0, 5) }
    write(0, 7 + 7)
    return bytes
  }

  @Test("a member that is packed more tightly than documents are is refused, before it is unpacked")
  func ratio() throws {
    let text = String(repeating: " ", count: 1 + 258 * 5000)
    let bytes = storedArchive(
      [("word/document.xml", text)], deflated: ["word/document.xml": Self.packedSpaces(matches: 5000)])
    let strict = DocumentReader(limits: ReadingLimits(unpackingRatio: 100))
    let error = #expect(throws: RetrievalError.self) { try strict.read(bytes, name: "a.docx") }
    #expect(error?.code == .tooLarge)
    #expect(try DocumentReader().read(bytes, name: "a.docx").text.isEmpty)
  }

  @Test("a file of an old Office is named as one")
  func old() {
    let bytes: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]
    let error = #expect(throws: RetrievalError.self) { try DocumentReader().read(bytes, name: "a.doc") }
    #expect(error?.code == .unsupported)
  }

  @Test("elements deeper than allowed are refused")
  func depth() throws {
    let deep = String(repeating: "<a>", count: 5000)
    let error = #expect(throws: RetrievalError.self) { try read([("word/document.xml", deep)]) }
    #expect(error?.code == .tooLarge)
  }

  @Test("members whose names climb out of the archive are only names")
  func climbing() throws {
    let members = OfficeSamples.workbook.map { member in
      member.name.hasSuffix(".rels")
        ? (member.name, member.text.replacing("worksheets/sheet1.xml", with: "../../../../etc/passwd")) : member
    }
    let document = try read(members)
    #expect(document.text.isEmpty)
    #expect(document.warnings == ["The sheet 价格 is missing."])
  }
}
