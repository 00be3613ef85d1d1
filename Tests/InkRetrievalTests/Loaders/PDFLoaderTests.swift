import Foundation
import InkRetrieval
import Testing

@Suite struct PDFLoaderTests {
  private func read(_ builder: PDFBuilder) throws -> ExtractedText {
    try DocumentReader().read(builder.bytes(), name: "a.pdf")
  }

  @Test("lines, words and pages come out in reading order")
  func text() throws {
    let document = try read(
      .pages([
        "BT /F1 12 Tf 50 700 Td (First line) Tj 0 -14 Td [(sec) 10 (ond) -400 (line)] TJ 0 -40 Td (Next \\(paragraph\\)) Tj ET",
        "BT /F1 12 Tf 1 0 0 1 50 700 Tm <5061676520> Tj (two) Tj ET",
      ]))
    #expect(document.text == "First line\nsecond line\n\nNext (paragraph)\n\nPage two")
    #expect(document.pageStarts == [0, document.text.utf8.count - 8])
  }

  @Test("a file whose table of objects is lost is searched through")
  func rebuilt() throws {
    var builder = PDFBuilder.pages(["BT /F1 12 Tf 50 700 Td (Found) Tj ET"])
    builder.withoutTable = true
    let document = try read(builder)
    #expect(document.text == "Found")
    #expect(document.warnings.count == 1)
  }

  @Test("codes of two bytes are read by the font's map to Unicode")
  func unicode() throws {
    let map =
      "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0001> <4F60> endbfchar\n"
      + "1 beginbfrange <0002> <0003> [<597D> <FF01>] endbfrange 1 beginbfrange <0010> <0012> <0061> endbfrange"
    var builder = PDFBuilder.pages(
      ["BT /F1 12 Tf 50 700 Td <000100020003> Tj 0 -14 Td <001000110012> Tj ET"],
      font: "/Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /DW 1000 >>] /ToUnicode 6 0 R")
    builder.objects.append("<< /Length \(map.utf8.count) >>\nstream\n\(map)\nendstream")
    #expect(try read(builder).text == "你好！\nabc")
  }

  @Test("differences of an encoding, ligatures and quotes are text")
  func encoding() throws {
    let font =
      "/Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /quotedblleft /uni4E2D] >>"
    let document = try read(.pages(["BT /F1 12 Tf 50 700 Td (\\001ne \\002\\003 caf\\351) Tj ET"], font: font))
    #expect(document.text == "fine “中 café")
  }

  @Test("columns stay apart, and a cut word is whole again")
  func columns() throws {
    let document = try read(
      .pages([
        "BT /F1 10 Tf 50 700 Td (left one) Tj 0 -12 Td (left trans-) Tj 0 -12 Td (lation ends) Tj 250 24 Td (right one) Tj 0 -12 Td (right two) Tj ET"
      ]))
    #expect(document.text == "left one\nleft translation ends\n\nright one\nright two")
  }

  @Test("streams packed as text are unpacked")
  func filters() throws {
    let content = "BT /F1 12 Tf 50 700 Td (Hex) Tj ET".utf8.map { String($0, radix: 16) }.joined() + ">"
    var builder = PDFBuilder.pages([""])
    builder.objects[4] = "<< /Filter /ASCIIHexDecode /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream"
    #expect(try read(builder).text == "Hex")
  }

  @Test("the outline's titles become headings where they stand")
  func outline() throws {
    var builder = PDFBuilder.pages(["BT /F1 12 Tf 50 700 Td (Chapter One) Tj 0 -30 Td (words) Tj ET"])
    builder.objects[0] = "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
    builder.objects += ["<< /First 7 0 R >>", "<< /Title (Chapter One) /Dest [4 0 R /Fit] >>"]
    let document = try read(builder)
    #expect(document.headings == [.init(level: 1, title: "Chapter One", range: 0..<11)])
  }

  @Test("a file that opens without a password is read", arguments: ProtectedPDFs.files.indices)
  func unlocked(index: Int) throws {
    let data = try #require(Data(base64Encoded: ProtectedPDFs.files[index].base64))
    #expect(try PDFLoader().extract([UInt8](data), name: "a.pdf").text == "Locked words")
  }

  @Test("letters that are set apart are one word, and rows of dots are one mark")
  func spacing() throws {
    let document = try read(
      .pages(["BT /F1 12 Tf 4 Tc 50 700 Td (wide apart) Tj 0 Tc 0 -14 Td (Contents . . . . . . . 12) Tj ET"]))
    #expect(document.text == "wide apart\nContents … 12")
  }

  @Test("what stands at the head of every page but for its number is left out")
  func running() throws {
    let words = ["red", "blue", "green", "white", "black", "brown", "grey", "pink"]
    let contents = words.enumerated().map { page, word in
      "BT /F1 12 Tf 50 700 Td (The Book \(page + 1) / 8) Tj 0 -30 Td (words of \(word)) Tj ET"
    }
    let document = try read(.pages(contents))
    #expect(document.text == words.map { "words of \($0)" }.joined(separator: "\n\n"))
    #expect(document.pageStarts.count == 8)
  }

  @Test("a Chinese sentence goes on without a break where its line was full")
  func chinese() throws {
    let font = "/Type /Font /Subtype /Type0 /Encoding /UniGB-UCS2-H /DescendantFonts [<< /DW 1000 >>]"
    let content =
      "BT /F1 12 Tf 50 700 Td <4ECA59296C1453486CA167096C34FF0C> Tj 0 -14 Td <6211> Tj 0 -14 Td <597D3002> Tj ET"
    #expect(try read(.pages([content], font: font)).text == "今天气午没有水，我\n好。")
  }

  @Test("a file that needs a password is refused as one, with the cure", arguments: ProtectedPDFs.locked.indices)
  func locked(index: Int) throws {
    let data = try #require(Data(base64Encoded: ProtectedPDFs.locked[index].base64))
    let error = #expect(throws: RetrievalError.self) { try PDFLoader().extract([UInt8](data), name: "a.pdf") }
    #expect(error?.code == .unsupported)
    #expect(error?.found.contains("needs its password") == true)
    #expect(error?.hint.contains("password") == true)
  }

  @Test(
    "a protection that is damaged or of another kind is refused as one",
    arguments: [
      "/Filter /Standard /V 5 /R 6", "/Filter /Standard /V 2 /R 3", "/Filter /Standard /V 9 /R 9",
      "/Filter /Adobe.PubSec",
      "/Filter /Standard /V 5 /R 6 /U <00> /UE <00>", "",
    ])
  func encrypted(protection: String) {
    var builder = PDFBuilder.pages([""])
    builder.trailer += " /Encrypt << \(protection) >>"
    let error = #expect(throws: RetrievalError.self) { try read(builder) }
    #expect(error?.code == .unsupported)
    #expect(error?.found.contains("encrypted") == true)
  }

  @Test("circles of pages, forms and references end")
  func circles() throws {
    var builder = PDFBuilder.pages(["/Fm Do BT /F1 12 Tf 50 700 Td (x) Tj ET"])
    builder.objects[1] = "<< /Type /Pages /Kids [2 0 R 4 0 R] /Count 2 >>"
    builder.objects[3] =
      "<< /Type /Page /Contents 5 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /Fm 6 0 R >> >> >>"
    builder.objects += ["<< /Subtype /Form /Length 6 >>\nstream\n/Fm Do\nendstream", "7 0 R"]
    #expect(try read(builder).text == "x")
  }
}
