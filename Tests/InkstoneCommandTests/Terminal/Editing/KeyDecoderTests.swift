import InkstoneCommand
import Testing

@Suite("Keys of a terminal")
struct KeyDecoderTests {
  private func keys(_ bytes: [UInt8]) -> [Key] {
    var decoder = KeyDecoder()
    return bytes.compactMap { decoder.take($0) }
  }

  @Test(
    "what a terminal sends becomes the key that was pressed",
    arguments: [
      ("a", [.text("a")]), ("墨", [.text("墨")]), ("\u{1F600}", [.text("\u{1F600}")]), ("\r", [.enter]),
      ("\n", [.lineEnd]), ("\u{1B}\r", [.lineEnd]), ("\u{7F}", [.backspace]), ("\u{3}", [.interrupt]),
      ("\u{4}", [.deleteOrEnd]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[D", [.left]),
      ("\u{1B}[1;5C", [.wordRight]), ("\u{1B}b", [.wordLeft]), ("\u{1B}[H", [.lineStart]), ("\u{1B}[4~", [.lineStop]),
      ("\u{1B}[3~", [.delete]), ("\u{15}", [.killToStart]), ("\u{B}", [.killToStop]), ("\t", [.complete]),
      ("\u{1B}[999;999Q", []), ("\u{0}", []),
    ] as [(String, [Key])])
  func reading(bytes: String, keys expected: [Key]) {
    #expect(keys(Array(bytes.utf8)) == expected)
  }

  @Test("pasted text is one key, its line ends within it and its control characters left out")
  func pasting() {
    let pasted = "\u{1B}[200~one\r\n两\u{1B}]0;title\u{7}\tend\u{1B}[201~\r"
    #expect(keys(Array(pasted.utf8)) == [.text("one\n两]0;title  end"), .enter])
  }

  @Test("bytes that are no UTF-8 are no text, and what follows them is read")
  func damaged() {
    #expect(keys([0xFF, 0xE5, 0x61, 0xC3, 0x28, 0xE5, 0xA2, 0xA8]) == [.text("a"), .text("("), .text("墨")])
  }

  @Test("an escape that nothing follows is given up, and a sequence without an end too")
  func escape() {
    var decoder = KeyDecoder()
    #expect(decoder.take(0x1B) == nil)
    #expect(decoder.isPending)
    decoder.giveUp()
    #expect(!decoder.isPending)
    #expect(decoder.take(0x61) == .text("a"))
    for byte in Array("\u{1B}[".utf8) + [UInt8](repeating: 0x31, count: 100) { _ = decoder.take(byte) }
    #expect(!decoder.isPending)
  }
}
