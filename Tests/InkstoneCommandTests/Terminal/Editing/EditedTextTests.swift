import InkstoneCommand
import Testing

@Suite("A text that is typed")
struct EditedTextTests {
  /// The text after some keys, with a bar where the cursor is.
  private func typed(_ keys: [Key], into text: String = "") -> String {
    var edited = EditedText(text)
    for key in keys { _ = edited.apply(key) }
    return String(edited.characters[..<edited.cursor]) + "|" + String(edited.characters[edited.cursor...])
  }

  @Test(
    "keys change the text as they do in a shell",
    arguments: [
      ("", [.text("ab"), .left, .text("墨")], "a墨|b"), ("砚台", [.backspace], "砚|"), ("", [.backspace, .delete], "|"),
      ("abc", [.lineStart, .delete], "|bc"), ("one two", [.killWord], "one |"), ("one two", [.wordLeft], "one |two"),
      ("one two", [.lineStart, .wordRight], "one| two"), ("one two", [.lineStart, .killToStop], "|"),
      ("one two", [.wordLeft, .killToStart, .putBack], "one |two"), ("a\nb", [.lineStart, .text("x")], "a\nx|b"),
      ("a\nb", [.lineStart, .left, .killToStop], "a|b"), ("ab\ncd", [.left, .up], "a|b\ncd"),
      ("abc\nd", [.up, .down], "abc\nd|"), ("e", [.text("\u{301}")], "é|"),
      ("a", [.left, .left, .right, .right], "a|"),
    ] as [(String, [Key], String)])
  func editing(text: String, keys: [Key], result: String) {
    #expect(typed(keys, into: text) == result)
  }

  @Test("up and down in a text of one line are left to the history")
  func lines() {
    var edited = EditedText("one")
    #expect(edited.apply(.up) == false)
    #expect(edited.apply(.down) == false)
    #expect(edited.apply(.enter) == false)
  }

  @Test("earlier lines come back one by one, and behind them what was being typed")
  func history() {
    var history = LineHistory(["one", "one", "two", "  "])
    #expect(history.lines == ["one", "two"])
    #expect(history.later() == nil)
    #expect(history.earlier(than: "draft") == "two")
    #expect(history.earlier(than: "two") == "one")
    #expect(history.earlier(than: "one") == nil)
    #expect(history.later() == "two")
    #expect(history.later() == "draft")
    #expect(history.later() == nil)
    for number in 0...LineHistory.capacity { history.add("\(number)") }
    #expect(history.lines.count == LineHistory.capacity)
    #expect(history.earlier(than: "") == "\(LineHistory.capacity)")
  }
}
