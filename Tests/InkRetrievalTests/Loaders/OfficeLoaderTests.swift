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
