import InkChat
import InkRetrieval
import InkTesting
import Testing

@Suite("Passages of results")
struct PassageReaderTests {
  private static let text = "one alpha\ntwo beta\n\nthree gamma\nfour delta\nfive epsilon"

  private func found(_ library: SampleLibrary, _ words: String...) async throws -> [ScoredPiece] {
    var found: [ScoredPiece] = []
    for word in words { found += try await library.search(SearchPlan(mode: .keyword, count: 1)).search(word).results }
    return found
  }

  private func passages(
    _ library: SampleLibrary, _ results: [ScoredPiece], widening: Int = 0, budget: Int = 1000
  ) async throws -> [Passage] {
    try await PassageReader(library.store, widening: widening, budget: budget) { $0.utf8.count }.passages(of: results)
  }

  @Test("a passage is widened by its neighbours and holds what stands between them, byte for byte")
  func widening() async throws {
    let library = try await SampleLibrary([("a.txt", Self.text)])
    let results = try await found(library, "gamma")
    let passage = try #require(try await passages(library, results, widening: 1).first)
    #expect(passage.text == "two beta\n\nthree gamma\nfour delta")
    #expect(Array(Array(Self.text.utf8)[passage.range]) == Array(passage.text.utf8))
    #expect(passage.found == results[0])
    let whole = try await passages(library, results, widening: 1000)
    #expect(whole.map(\.text) == [Self.text])
  }

  @Test("passages that overlap are one, at the place of the better; those that only touch stay two")
  func overlap() async throws {
    let library = try await SampleLibrary([("a.txt", Self.text), ("b.txt", "zeta")])
    let results = try await found(library, "alpha", "zeta", "gamma")
    let joined = try await passages(library, results, widening: 1)
    #expect(joined.map(\.text) == ["one alpha\ntwo beta\n\nthree gamma\nfour delta", "zeta"])
    #expect(joined.map(\.number) == [1, 2])
    #expect(joined[0].found == results[0])
    #expect(Array(Array(Self.text.utf8)[joined[0].range]) == Array(joined[0].text.utf8))
    #expect(try await passages(library, results).map(\.text) == ["one alpha", "zeta", "three gamma"])
    #expect(try await passages(library, results + results).count == 3)
  }

  @Test("the first passage is always shown; others only within the budget, alone where their neighbours do not fit")
  func budget() async throws {
    let library = try await SampleLibrary([("a.txt", Self.text), ("b.txt", "zeta")])
    let results = try await found(library, "gamma", "zeta", "alpha")
    #expect(try await passages(library, results, budget: 1).map(\.text) == ["three gamma"])
    #expect(try await passages(library, results, budget: 15).map(\.text) == ["three gamma", "zeta"])
    #expect(try await passages(library, results, widening: 1, budget: 16).map(\.text) == ["three gamma", "zeta"])
  }

  @Test("a widened passage has the page of its first byte")
  func pages() async throws {
    let library = try await SampleLibrary([])
    let text = ExtractedText("first page\nsecond page\nthird page", pageStarts: [0, 11, 23])
    var pieces: [EmbeddedPiece] = []
    for piece in SampleDocument(name: "p", text: text.text).pieces.map(\.piece) {
      let paged = Piece(range: piece.range, text: piece.text, page: text.page(at: piece.range.lowerBound))
      pieces.append(EmbeddedPiece(paged, embeddedText: piece.text, vector: WordVectors.vector(piece.text)))
    }
    let source = SourceFile(name: "p", path: nil, mediaType: "text/plain", size: 1, sha256: EmbeddedPiece.hash(of: "p"))
    _ = try await library.store.put(source, text: text, bytes: [0], metadata: [:], pieces: pieces)
    let results = try await found(library, "third")
    #expect(try await passages(library, results).map(\.page) == [3])
    #expect(try await passages(library, results, widening: 1).map(\.page) == [2])
  }

  @Test("a document that was replaced or removed since the search is shown as it was found")
  func replaced() async throws {
    let library = try await SampleLibrary([("a.txt", Self.text)])
    let results = try await found(library, "gamma")
    try await library.add("a.txt", "x\ny\nz\nw")
    #expect(try await passages(library, results, widening: 2).map(\.text) == ["three gamma"])
    try await library.base.remove(["a.txt"])
    #expect(try await passages(library, results, widening: 2).map(\.text) == ["three gamma"])
  }
}
