import InkstoneCommand
import Testing

@Suite("Text of others on a terminal")
struct VisibleTextTests {
  @Test("characters that a terminal obeys are shown as signs")
  func controls() {
    #expect(VisibleText.of("a\u{1B}[31mred\u{7}\u{7F}\u{9B}2J\r!") == "a␛[31mred␇␡\u{FFFD}2J␍!")
    #expect(VisibleText.of("one\r\ntwo\rthree") == "one\ntwo␍three")
    #expect(VisibleText.line("one\ttwo\nthree") == "one␉two␊three")
  }

  @Test("all other text is left as it is", arguments: ["", "plain", "两行\n\t文本", "👩‍👩‍👧 é e\u{301}", "\u{A0}\u{AD}"])
  func others(_ text: String) {
    #expect(Array(VisibleText.of(text).unicodeScalars) == Array(text.unicodeScalars))
  }
}
