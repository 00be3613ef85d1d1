import InkRetrieval
import Testing

@Suite struct HTMLLoaderTests {
  private func read(_ html: String) throws -> ExtractedText {
    try HTMLLoader().extract(Array(html.utf8), name: "page.html")
  }

  @Test("a page becomes its headings, paragraphs, items, rows and code, without scripts and navigation")
  func page() throws {
    let document = try read(
      """
      <!DOCTYPE html><html lang=en><head><title>A &amp; B</title><meta name="author" content="Li">
      <style>p { color: red }</style><script>alert("<p>no</p>")</script></head>
      <body><nav><a href=/>Home</a></nav><h1>First <em>title</em></h1>
      <p>One
         paragraph &lt;here&gt;&nbsp;&#x4F60;.<br>Next line</p>
      <ul><li>one<li><p>two</p></li></ul>
      <ol start=3><li>three</ol>
      <table><tr><th>Name<th>Age<tr><td>Li</td><td>30</td></tr></table>
      <pre>let a = 1
        let b = 2</pre><div class="footer navfooter"><p>Next page</p></div>
      <h2>Second</h2>中文
      换行<!-- hidden --></body></html>
      """)
    #expect(
      document.text == """
        First title

        One paragraph <here>\u{A0}你.
        Next line

        - one
        - two

        3. three

        Name | Age
        Li | 30

        let a = 1
          let b = 2

        Second

        中文换行
        """)
    #expect(document.title == "A & B")
    #expect(document.metadata["author"] == "Li")
    #expect(document.metadata["lang"] == "en")
    #expect(document.headings.map(\.title) == ["First title", "Second"])
    let bytes = Array(document.text.utf8)
    for heading in document.headings {
      #expect(String(decoding: bytes[heading.range], as: UTF8.self) == heading.title)
    }
    let rows = document.blocks.filter { $0.kind == .tableRow }.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    #expect(rows == ["Name | Age", "Li | 30"])
    #expect(document.blocks.count { $0.kind == .code } == 1)
  }

  @Test("what a page hides inside a part that never ends is read all the same")
  func unclosed() throws {
    #expect(try read("<nav><p>Only words</p>").text.contains("Only words"))
  }

  @Test("a page in GBK that says so is read")
  func charset() throws {
    let bytes = Array("<meta charset=gbk><p>".utf8) + [0xC4, 0xE3]
    #expect(try HTMLLoader().extract(bytes, name: "a.html").text.contains("你"))
  }

  @Test(
    "a hundred thousand open elements cost no stack, and broken tags no time",
    arguments: [
      "<div>", "<table><tr><td>", "<ul><li>", "<blockquote>", "<a <b ", "<!--", "<script>", "</", "<nav>", "&#",
      "<p title='",
    ])
  func hostile(part: String) throws {
    let document = try read("start " + String(repeating: part, count: 100_000) + " end")
    #expect(document.text.hasPrefix("start"))
  }
}
