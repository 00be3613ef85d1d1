import Foundation
import InkIndex
import Testing

@Suite("Dictionaries of words")
struct WordDictionaryTests {
  @Test("a word is kept or cut by what is more probable", arguments: [(1, ["甲", "乙"]), (3, ["甲乙"])])
  func probabilities(frequency: Int, expected: [String]) throws {
    // Of a sum of 32 the word has f / 32, its parts have 8 / 32 · 8 / 32 = 2 / 32.
    let text = "甲 8 n\n乙 8 n\n甲乙 \(frequency) n\n丙 \(16 - frequency) n"
    #expect(try WordDictionary(text).cut("甲乙") == expected)
  }

  @Test("a word of frequency 0 is none, a later line replaces an earlier one, tags and blank lines may be there")
  func lines() throws {
    let dictionary = try WordDictionary("\u{FEFF}砚台 0 n\r\n\n磨墨 5\r\n磨墨 9 v\n  笔墨  3   n  \n纸 1")
    #expect(dictionary.wordCount == 3)
    #expect(dictionary.cut("砚台磨墨笔墨纸") == ["砚", "台", "磨墨", "笔墨", "纸"])
  }

  @Test("words in any order share their beginnings")
  func order() throws {
    let words = ["甲乙丙", "丁", "甲乙", "甲丙", "甲乙丁", "甲"]
    let dictionary = try WordDictionary(words.map { "\($0) 10 n" }.joined(separator: "\n"))
    for word in words { #expect(dictionary.cut(word) == [word]) }
    #expect(dictionary.wordCount == words.count)
  }

  @Test(
    "a damaged dictionary is refused with the line",
    arguments: [
      ("砚台 3 n\n墨\n", 2), ("砚台 x n", 1), ("砚台 3n", 1), ("砚台 -3 n", 1), ("砚台 99999999999999999999 n", 1),
      ("砚台 3 n\n\n\0 4", 3), (String(repeating: "墨", count: 65) + " 3", 1), ("", 1), ("\n\n", 3),
    ])
  func damaged(text: String, line: Int) {
    let error = #expect(throws: IndexError.self) { try WordDictionary(text, name: "words.txt") }
    #expect(error?.code == .damaged)
    #expect(error?.context == "words.txt, line \(line)")
  }

  @Test("files are read; a missing one and one that is no UTF-8 are named")
  func files() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("words-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    let missing = #expect(throws: IndexError.self) { try WordDictionary.open(file.path) }
    #expect(missing?.code == .file)
    try Data("砚台 3 n\n".utf8).write(to: file)
    #expect(try WordDictionary.open(file.path).cut("砚台") == ["砚台"])
    try Data("砚台 3 n\n".utf8 + [0xE7, 0xA0, 0x20, 0x31]).write(to: file)
    let damaged = #expect(throws: IndexError.self) { try WordDictionary.open(file.path) }
    #expect(damaged?.context == "\(file.path), line 2")
  }
}
