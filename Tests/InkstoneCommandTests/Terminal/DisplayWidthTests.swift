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

  @Test("what a terminal would obey is not given to it")
  func harmless() {
    #expect(HarmlessText.of("a\u{1B}]0;x\u{7}b\n\t砚") == "a\u{FFFD}]0;x\u{FFFD}b\n\t砚")
    #expect(HarmlessText.of("one\r\ntwo\rthree\u{9B}2J") == "one\ntwothree\u{FFFD}2J")
    #expect(HarmlessText.of("砚台 👩‍👩‍👧") == "砚台 👩‍👩‍👧")
  }
}
