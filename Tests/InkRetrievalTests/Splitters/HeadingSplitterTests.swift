import InkRetrieval
import Testing

@Suite struct HeadingSplitterTests {
  @Test("Markdown is cut at its headings, and pieces carry the path")
  func markdown() async throws {
    let text = "Preface.\n\n# Guide\n\n## Install\n\nRun it.\n\n## Use\n\nAsk it.\n\n# End\n\nDone.\n"
    let document = try MarkdownLoader().extract(Array(text.utf8), name: "guide.md")
    let pieces = try await HeadingSplitter(PieceSize(.characters, limit: 200)).split(document)
    expectWellFormed(pieces, of: document)
    #expect(pieces.map(\.headings) == [[], ["Guide", "Install"], ["Guide", "Use"], ["End"]])
    #expect(pieces[1].text == "# Guide\n\n## Install\n\nRun it.")
  }

  @Test("a long section becomes several pieces of one path")
  func long() async throws {
    let text = "# One\n\n" + String(repeating: "A sentence of words. ", count: 30) + "\n\n# Two\n\nshort"
    let document = try MarkdownLoader().extract(Array(text.utf8), name: "long.md")
    let pieces = try await HeadingSplitter(PieceSize(.characters, limit: 100, overlap: 25)).split(document)
    expectWellFormed(pieces, of: document)
    #expect(pieces.count > 6)
    #expect(pieces.dropLast().allSatisfy { $0.headings == ["One"] })
    #expect(pieces.last?.headings == ["Two"])
  }

  @Test("random Markdown keeps every byte that is not white space", arguments: 1...20)
  func properties(seed: Int) async throws {
    var random = RandomText(seed: UInt64(seed))
    let bytes = Array(random.text(parts: 300).utf8)
    let document = try MarkdownLoader().extract(bytes, name: "random.md")
    let pieces = try await HeadingSplitter(PieceSize(.characters, limit: 60, overlap: 10)).split(document)
    expectWellFormed(pieces, of: document)
  }
}
