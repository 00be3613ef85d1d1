import InkRetrieval
import Testing

/// What pages hold beside lines from left to right.
@Suite struct PDFPageTests {
  private func read(_ builder: PDFBuilder) throws -> ExtractedText {
    try DocumentReader().read(builder.bytes(), name: "a.pdf")
  }

  @Test("lines from top to bottom are read from the right to the left, in the order of their characters")
  func vertical() throws {
    let font = "/Type /Font /Subtype /Type0 /Encoding /UniGB-UCS2-V /DescendantFonts [<< /DW 1000 >>]"
    // 道可道，非常道。 in one line, 名可名， in the next to its left; the comma is the form for such lines.
    let content = """
      BT /F1 12 Tf 1 0 0 1 400 700 Tm <9053 53EF 9053 FE10 975E 5E38 9053 FE12> Tj
      1 0 0 1 380 700 Tm <540D 53EF 540D FE10> Tj ET
      """
    #expect(try read(.pages([content], font: font)).text == "道可道，非常道。名可名，")
  }

  @Test(
    "a map in the file says that lines run from top to bottom",
    arguments: [("", "/WMode 1 def "), ("/WMode 1", ""), ("/WMode 1", "/WMode 0 def ")])
  func embeddedMap(said: String, written: String) throws {
    let map =
      "\(written)1 begincodespacerange <0000> <FFFF> endcodespacerange 1 begincidrange <0000> <FFFF> 0 endcidrange"
    let unicode = """
      1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0001> <0004> <4E00> endbfrange
      """
    // Glyph by glyph, each a font's size below the one before; the second number of each group takes no part.
    var builder = PDFBuilder.pages(
      ["BT /F1 10 Tf 1 0 0 1 90 700 Tm [<0001> 1000 <0002>] TJ 1 0 0 1 90 670 Tm <0003 0004> Tj ET"],
      font: "/Type /Font /Subtype /Type0 /Encoding 6 0 R /ToUnicode 7 0 R "
        + "/DescendantFonts [<< /DW2 [880 -1000] /W2 [1 [-1000 500 880] 2 4 -1000 500 880] >>]")
    builder.objects.append("<< \(said) /Length \(map.utf8.count) >>\nstream\n\(map)\nendstream")
    builder.objects.append("<< /Length \(unicode.utf8.count) >>\nstream\n\(unicode)\nendstream")
    #expect(try read(builder).text == "一 丁丂七")
  }

  @Test("pages that are pictures are named, and empty ones are not")
  func pictures() throws {
    let text = "BT /F1 12 Tf 50 700 Td (words) Tj ET"
    let picture = "q 100 0 0 100 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    #expect(try read(.pages([text, picture, ""])).warnings == ["Page 2 holds a picture and no text."])
    #expect(
      try read(.pages([picture, text, picture, "0 0 9 9 re f"])).warnings
        == ["Pages 1 and 3 hold pictures and no text.", "Page 4 holds a drawing and no text."])
    let many = Array(repeating: picture, count: 13)
    #expect(
      try read(.pages(many + [text])).warnings
        == ["Pages 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more hold pictures and no text."])
  }

  @Test("a picture that is an object of its own is one too")
  func pictureObject() throws {
    var builder = PDFBuilder.pages(["/Im Do"])
    builder.objects[3] = "<< /Type /Page /Contents 5 0 R /Resources << /XObject << /Im 6 0 R >> >> >>"
    builder.objects.append("<< /Subtype /Image /Width 1 /Height 1 /Length 1 >>\nstream\nx\nendstream")
    #expect(try read(builder).warnings == ["Page 1 holds a picture and no text."])
  }
}
