import InkRetrieval
import Testing

@Suite struct RecursiveSplitterTests {
  @Test("pieces of any text ascend, cover it, hold its bytes and cut no character", arguments: 1...40)
  func properties(seed: Int) async throws {
    var random = RandomText(seed: UInt64(seed))
    let document = ExtractedText(random.text(parts: 20 + random.number(below: 400)))
    let limit = 4 + random.number(below: 80)
    for (length, overlap) in [
      (TextLength.characters, 0), (.estimatedTokens, limit / 3), (.tokens { $0.utf8.count }, limit / 2),
    ] {
      let pieces = try await RecursiveSplitter(PieceSize(length, limit: limit, overlap: overlap)).split(document)
      expectWellFormed(pieces, of: document)
      for piece in pieces where piece.text.count > 1 {
        #expect(length.measure(piece.text) <= limit)
      }
    }
  }

  @Test("a piece ends at the strongest separator of its second half")
  func strongest() async throws {
    let document = ExtractedText("One two three. Four five six.\n\nSeven eight. Nine ten eleven twelve.")
    let pieces = try await RecursiveSplitter(PieceSize(.characters, limit: 48)).split(document)
    #expect(pieces.map(\.text) == ["One two three. Four five six.", "Seven eight. Nine ten eleven twelve."])
  }

  @Test("Chinese is cut behind its full stops, with the closing quote")
  func chinese() async throws {
    let document = ExtractedText("他说：“今天下雨了。”我没有带伞，所以等在门口。雨停以后，我们一起走回家！")
    let pieces = try await RecursiveSplitter(PieceSize(.characters, limit: 18)).split(document)
    #expect(pieces.map(\.text) == ["他说：“今天下雨了。”", "我没有带伞，所以等在门口。", "雨停以后，我们一起走回家！"])
  }

  @Test("neighbours share no more than the overlap, and share it whole")
  func overlap() async throws {
    let sentences = (1...40).map { "Sentence number \($0)." }
    let document = ExtractedText(sentences.joined(separator: " "))
    let size = try PieceSize(.tokens { $0.split(separator: " ").count }, limit: 24, overlap: 6)
    let pieces = try await RecursiveSplitter(size).split(document)
    expectWellFormed(pieces, of: document)
    for (piece, next) in zip(pieces, pieces.dropFirst()) {
      let shared = piece.range.clamped(to: next.range)
      #expect(!shared.isEmpty)
      #expect(Array(document.text.utf8)[shared].split(separator: 0x20).count <= 6)
      #expect(next.text.hasPrefix("Sentence number"))
    }
  }

  @Test("a row of a table and a block of code that fit are not cut")
  func wholeBlocks() async throws {
    let row = "alpha beta gamma | delta. Epsilon | zeta"
    let code = "let x = 1\n\nlet y = 2\n\nlet z = 3"
    let text = "Before the table there are words that fill a piece.\n\(row)\n\(row)\n\nand code\n\n\(code)\n\nafter it"
    let utf8 = Array(text.utf8)
    func range(_ part: String, from: Int = 0) -> Range<Int> {
      let bytes = Array(part.utf8)
      let start = (from...(utf8.count - bytes.count)).first { Array(utf8[$0..<$0 + bytes.count]) == bytes } ?? 0
      return start..<start + bytes.count
    }
    let first = range(row)
    let blocks: [ExtractedText.Block] = [
      .init(.tableRow, range: first), .init(.tableRow, range: range(row, from: first.upperBound)),
      .init(.code, range: range(code)),
    ]
    let document = ExtractedText(text, blocks: blocks)
    let pieces = try await RecursiveSplitter(PieceSize(.characters, limit: 45)).split(document)
    expectWellFormed(pieces, of: document)
    for block in blocks {
      #expect(
        pieces.contains {
          $0.range.lowerBound <= block.range.lowerBound && $0.range.upperBound >= block.range.upperBound
        })
    }
  }

  @Test("measuring grows with the text, not with its square")
  func linear() async throws {
    let work = WorkCounter()
    let line = String(repeating: "长", count: 20_000)
    let size = try PieceSize(.tokens { work.count($0) }, limit: 200, overlap: 30)
    _ = try await RecursiveSplitter(size).split(ExtractedText(line))
    let once = work.reset()
    _ = try await RecursiveSplitter(size).split(ExtractedText(line + line + line + line))
    #expect(work.reset() < 5 * once)
  }

  @Test("pieces know their page and the headings they stand under")
  func places() async throws {
    let text = "Intro\nalpha beta\nDetail\ngamma delta"
    let document = ExtractedText(
      text, pageStarts: [0, 17],
      headings: [.init(level: 1, title: "Intro", range: 0..<5), .init(level: 2, title: "Detail", range: 17..<23)])
    let pieces = try await RecursiveSplitter(PieceSize(.characters, limit: 18)).split(document)
    #expect(pieces.map(\.page) == [1, 2])
    #expect(pieces.map(\.headings) == [["Intro"], ["Intro", "Detail"]])
  }

  @Test("sizes that cannot be are refused")
  func sizes() {
    #expect(throws: RetrievalError.self) { try PieceSize(.characters, limit: 0) }
    #expect(throws: RetrievalError.self) { try PieceSize(.characters, limit: 10, overlap: 6) }
    #expect(throws: RetrievalError.self) { try PieceSize(.tokens { $0.count + 2 }, limit: 2) }
  }
}
