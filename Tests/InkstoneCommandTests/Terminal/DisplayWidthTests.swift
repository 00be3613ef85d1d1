import InkstoneCommand
import Testing

@Suite("Widths of text on a terminal")
struct DisplayWidthTests {
  @Test(
    "Chinese characters and emoji take two columns, accents none",
    arguments: [
      ("ink", 3), ("砚台", 4), ("，。", 4), ("é", 1), ("e\u{301}", 1), ("😀", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("❤", 1),
      ("🇨🇳", 2), ("☕", 2), ("한", 2), ("\u{200B}", 0), ("\u{1B}", 0), ("", 0), ("…", 1), ("ｶ", 1), ("Ａ", 2),
    ])
  func columns(text: String, columns: Int) {
    #expect(DisplayWidth.columns(text) == columns)
  }

  @Test("a text is cut before the character that does not fit")
  func prefix() {
    #expect(DisplayWidth.prefix("a墨b", columns: 2) == "a")
    #expect(DisplayWidth.prefix("a墨b", columns: 3) == "a墨")
    #expect(DisplayWidth.prefix("墨", columns: 0).isEmpty)
  }
}
