import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite struct OtherSplitterTests {
  @Test(
    "sentences end where a reader ends them",
    arguments: [
      ("Dr. Li paid 3.14 yuan. He left.", ["Dr. Li paid 3.14 yuan.", "He left."]),
      (
        "J. K. Rowling wrote it, e.g. this. \"Really?\" she asked. Yes!",
        ["J. K. Rowling wrote it, e.g. this.", "\"Really?\" she asked.", "Yes!"]
      ),
      ("他问：“真的吗？”我说：“是的……”然后走了。", ["他问：“真的吗？”", "我说：“是的……”", "然后走了。"]),
      ("版本3.5发布了。See fig. 2 for more. 好!真好", ["版本3.5发布了。", "See fig. 2 for more.", "好!", "真好"]),
      ("1. First item\n2. Second item", ["1. First item", "2. Second item"]),
    ])
  func sentences(text: String, expected: [String]) {
    let bytes = Array(text.utf8)
    #expect(SentenceSplitter.sentences(of: text).map { String(decoding: bytes[$0], as: UTF8.self) } == expected)
  }

  @Test("every splitter keeps the text", arguments: 1...12)
  func properties(seed: Int) async throws {
    var random = RandomText(seed: UInt64(seed + 100))
    let document = ExtractedText(random.text(parts: 300))
    let size = try PieceSize(.characters, limit: 50, overlap: 10)
    let embedder = ScriptedEmbedder(dimension: 2) { text, _ in [Float(text.utf8.count % 7), Float(text.utf8.count % 3)]
    }
    let splitters: [any TextSplitter] = [
      SentenceSplitter(size), TokenSplitter(size), MarkdownSplitter(size), CodeSplitter(size), AutomaticSplitter(size),
      try SemanticSplitter(size, embedder: embedder),
    ]
    for splitter in splitters {
      expectWellFormed(try await splitter.split(document), of: document)
    }
  }

  @Test("a program is cut between its declarations, and comments stay with theirs")
  func code() async throws {
    let text = """
      import A

      /// One.
      func one() {
        let a = 1

        print(a)
      }

      /// Two.
      func two() {
        print(2)
      }

      """
    let pieces = try await CodeSplitter(PieceSize(.characters, limit: 80)).split(ExtractedText(text))
    #expect(pieces.map { $0.text.split(separator: "\n").first } == ["import A", "/// Two."])
  }

  @Test("sense turns where neighbouring sentences are far apart")
  func semantic() async throws {
    let text = "Cats purr. Cats sleep. Cats eat. Ships sail. Ships sink. Ships float."
    let embedder = ScriptedEmbedder(dimension: 2) { text, purpose in
      #expect(purpose == .comparison)
      return [Float(text.ranges(of: "Cats").count), Float(text.ranges(of: "Ships").count)]
    }
    let size = try PieceSize(.characters, limit: 200)
    let pieces = try await SemanticSplitter(size, embedder: embedder, percentile: 80).split(ExtractedText(text))
    #expect(pieces.count == 2)
    #expect(pieces.last?.text.contains("Ships sink. Ships float.") == true)
  }

  @Test("settings choose the splitter, and what cannot be is refused", arguments: KnowledgeSettings.Splitting.allCases)
  func choice(splitting: KnowledgeSettings.Splitting) async throws {
    let embedder = ScriptedEmbedder(dimension: 1) { _, _ in [1] }
    let settings = KnowledgeSettings(
      embedder: "e", dimension: 1, splitting: splitting, pieceTokens: 8, overlapTokens: 2)
    let document = ExtractedText("# T\n\nOne two three four. Five six seven eight. Nine ten eleven twelve thirteen.")
    let pieces = try await SplitterChoice.splitter(for: settings, embedder: embedder).split(document)
    expectWellFormed(pieces, of: document)
    #expect(pieces.count > 1)
    #expect(pieces.allSatisfy { (embedder.tokenCount(of: $0.text) ?? 0) <= 8 })
    if splitting == .semantic {
      #expect(throws: RetrievalError.self) { try SplitterChoice.splitter(for: settings, embedder: nil) }
    }
  }
}
