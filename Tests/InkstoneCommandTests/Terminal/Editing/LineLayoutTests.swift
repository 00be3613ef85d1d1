import InkstoneCommand
import Testing

@Suite("Rows of a typed text")
struct LineLayoutTests {
  private func layout(_ text: String, left: Int = 0, columns: Int) -> LineLayout {
    var edited = EditedText(text)
    for _ in 0..<left { _ = edited.apply(.left) }
    return LineLayout(edited, prompt: "> ", indent: "… ", columns: columns)
  }

  @Test("a long line goes on in the next row, and a wide character is never cut in two")
  func wrapping() {
    #expect(layout("abcdef", columns: 6).rows == ["> abcd", "ef"])
    #expect(layout("abc墨d", columns: 6).rows == ["> abc", "墨d"])
    #expect(layout("墨墨墨", columns: 6).rows == ["> 墨墨", "墨"])
    #expect(layout("a\nb", columns: 6).rows == ["> a", "… b"])
  }

  @Test("the cursor stands where the next character will")
  func cursor() {
    let full = layout("abcd", columns: 6)
    #expect(full.rows == ["> abcd", ""])
    #expect((full.cursorRow, full.cursorColumn) == (1, 0))
    let wide = layout("墨ab", left: 2, columns: 40)
    #expect((wide.cursorRow, wide.cursorColumn) == (0, 4))
    let second = layout("a\nbc", left: 1, columns: 40)
    #expect((second.cursorRow, second.cursorColumn) == (1, 3))
    let before = layout("a\nbc", left: 3, columns: 40)
    #expect((before.cursorRow, before.cursorColumn) == (0, 3))
  }

  @Test("no row is wider than the terminal, whatever its width", arguments: [1, 2, 3, 5, 40, 80])
  func widths(columns: Int) {
    let text = "墨 ink 砚台\n👩‍👩‍👧 stone ❤️ " + String(repeating: "字a", count: 40)
    for left in 0..<60 {
      let layout = layout(text, left: left, columns: columns)
      #expect(layout.rows.allSatisfy { DisplayWidth.columns($0) <= max(columns, 2) })
      #expect(layout.rows.indices.contains(layout.cursorRow))
      #expect((0..<max(columns, 2)).contains(layout.cursorColumn))
    }
  }

  @Test("of a text that is higher than the terminal the rows around the cursor are shown")
  func window() {
    let tall = layout((1...9).map(String.init).joined(separator: "\n"), columns: 20)
    #expect(Array(tall.window(height: 3).rows) == ["… 7", "… 8", "… 9"])
    #expect(tall.window(height: 3).cursorRow == 2)
    #expect(tall.window(height: 100).rows.count == 9)
    #expect(tall.window(height: 0).rows.count == 1)
  }
}
