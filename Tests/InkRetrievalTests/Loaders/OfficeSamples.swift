/// Small documents of the office formats.
enum OfficeSamples {
  private static let word = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""

  static let document: [(name: String, text: String)] = [
    (
      "word/styles.xml",
      """
      <w:styles \(word)><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style>
      <w:style w:styleId="Mine"><w:name w:val="My style"/><w:basedOn w:val="H"/></w:style>
      <w:style w:styleId="Bullet"><w:name w:val="List Bullet"/><w:pPr><w:numPr/></w:pPr></w:style></w:styles>
      """
    ),
    (
      "word/document.xml",
      """
      <?xml version="1.0"?><w:document \(word)><w:body>
      <w:p><w:pPr><w:pStyle w:val="Mine"/></w:pPr><w:r><w:t>第一章</w:t></w:r></w:p>
      <w:p><w:r><w:t xml:space="preserve">A &amp; </w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del><w:r><w:t>B</w:t></w:r></w:p>
      <w:p><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr><w:r><w:t>item</w:t></w:r></w:p>
      <w:p><w:pPr><w:pStyle w:val="Bullet"/></w:pPr><w:r><w:t>more</w:t></w:r></w:p>
      <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
      </w:body></w:document>
      """
    ),
    ("docProps/core.xml", "<p xmlns:dc=\"d\"><dc:title>T</dc:title><dc:creator>Li</dc:creator></p>"),
  ]

  static let workbook: [(name: String, text: String)] = [
    (
      "xl/workbook.xml",
      "<workbook xmlns:r=\"r\"><sheets><sheet name=\"价格\" r:id=\"rId1\"/></sheets></workbook>"
    ),
    (
      "xl/_rels/workbook.xml.rels",
      "<Relationships><Relationship Id=\"rId1\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    ),
    (
      "xl/sharedStrings.xml",
      "<sst><si><t>Name</t></si><si><r><t>苹</t></r><r><t>果</t></r><rPh><t>x</t></rPh></si></sst>"
    ),
    ("xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"),
    (
      "xl/worksheets/sheet1.xml",
      """
      <worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Date</t></is></c></row>
      <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>3.5</v></c><c r="C2" s="1"><v>45351</v></c></row></sheetData></worksheet>
      """
    ),
  ]

  static let presentation: [(name: String, text: String)] = [
    (
      "ppt/presentation.xml",
      "<p:presentation xmlns:p=\"p\" xmlns:r=\"r\"><p:sldIdLst><p:sldId id=\"1\" r:id=\"b\"/><p:sldId id=\"2\" r:id=\"a\"/></p:sldIdLst></p:presentation>"
    ),
    (
      "ppt/_rels/presentation.xml.rels",
      "<R><Relationship Id=\"a\" Target=\"slides/one.xml\"/><Relationship Id=\"b\" Target=\"slides/two.xml\"/></R>"
    ),
    ("ppt/slides/one.xml", "<s xmlns:a=\"a\"><sp><a:p><a:r><a:t>last</a:t></a:r></a:p></sp></s>"),
    (
      "ppt/slides/two.xml",
      "<s xmlns:a=\"a\"><sp><ph type=\"title\"/><a:p><a:r><a:t>Start</a:t></a:r></a:p></sp><sp><a:p><a:r><a:t>words</a:t></a:r></a:p></sp></s>"
    ),
  ]

  static let book: [(name: String, text: String)] = [
    ("mimetype", "application/epub+zip"),
    ("META-INF/container.xml", "<container><rootfiles><rootfile full-path=\"OPS/book.opf\"/></rootfiles></container>"),
    (
      "OPS/book.opf",
      """
      <package xmlns:dc="d"><metadata><dc:title>书名</dc:title><dc:creator>作者</dc:creator></metadata><manifest>
      <item id="one" href="c%201.xhtml" media-type="application/xhtml+xml"/>
      <item id="two" href="c2.xhtml" media-type="application/xhtml+xml"/></manifest>
      <spine><itemref idref="two"/><itemref idref="one"/></spine></package>
      """
    ),
    ("OPS/c 1.xhtml", "<html><head><title>x</title></head><body><h1>One</h1><p>first</p></body></html>"),
    ("OPS/c2.xhtml", "<html><body><h1>Two</h1><p>second</p></body></html>"),
  ]
}
