import InkRetrieval
import Testing

/// What every store does, wherever it keeps its documents. A store's own suite calls ``run()`` on an empty store that was
/// made with `SampleDocument.settings`.
struct KnowledgeStoreConformance {
  let store: any KnowledgeStore

  func run() async throws {
    try await documents()
    try await replacing()
    try await refusals()
    try await filters()
    try await searches()
    try await removal()
  }

  private func documents() async throws {
    #expect(try await store.documents(matching: nil) == [])
    let upload = SampleDocument(
      name: "b/水.txt", text: "an aeon\nonce 水 and 山\nold", headings: ["One", "二"], metadata: ["year": "1999"],
      bytes: [0, 255, 7])
    let stored = try await upload.put(in: store)
    try await SampleDocument(name: "a.txt", text: "eels\n\nare in it").put(in: store)
    #expect(try await store.documents(matching: nil).map(\.source.name) == ["a.txt", "b/水.txt"])
    #expect(try await store.document(named: "b/水.txt") == stored)
    #expect(stored.source == upload.source)
    #expect(stored.title == "Title of b/水.txt")
    #expect(stored.metadata == ["year": "1999", "format": "plain"])
    #expect(stored.pieceCount == 3)
    #expect(stored.textSize == upload.text.utf8.count)
    #expect(try await store.text(ofDocument: "b/水.txt") == upload.text)
    #expect(try await store.bytes(ofDocument: "b/水.txt") == [0, 255, 7])
    #expect(try await store.bytes(ofDocument: "a.txt") == nil)
    let pieces = try await store.pieces(ofDocument: stored.id, at: 1..<9)
    #expect(pieces.map(\.position) == [1, 2])
    #expect(pieces.map(\.piece) == Array(upload.pieces.map(\.piece)[1...]))
    let asked = [pieces[1].id, 1 << 40, pieces[0].id]
    #expect(try await store.pieces(asked) == [pieces[1], pieces[0]])
    #expect(try await store.vectors(asked) == [upload.pieces[2].vector, nil, upload.pieces[1].vector])
    let hash = EmbeddedPiece.hash(of: "old")
    #expect(try await store.knownVectors([hash, "unknown"]) == [hash: SampleDocument.vector("old")])
    await expect(.notFound) { _ = try await store.text(ofDocument: "none") }
    await expect(.notFound) { _ = try await store.bytes(ofDocument: "none") }
    #expect(try await store.document(named: "none") == nil)
  }

  private func replacing() async throws {
    let first = try await SampleDocument(name: "r", text: "same\nold\nsame").put(in: store)
    let before = try await store.pieces(ofDocument: first.id, at: 0..<9)
    let second = try await SampleDocument(name: "r", text: "new\nsame\nsame").put(in: store)
    let after = try await store.pieces(ofDocument: first.id, at: 0..<9)
    #expect(second.id == first.id)
    #expect(after.map(\.piece.text) == ["new", "same", "same"])
    #expect(after.map(\.position) == [0, 1, 2])
    #expect([after[1].id, after[2].id] == [before[0].id, before[2].id])
    // Numbers are never used again.
    let highest = try #require(before.map(\.id).max())
    #expect(after[0].id > highest)
    #expect(try await store.remove(document: "r"))
    let third = try await SampleDocument(name: "r", text: "same").put(in: store)
    #expect(third.id > first.id)
    #expect(try await store.pieces(ofDocument: third.id, at: 0..<1)[0].id > after[0].id)
    #expect(try await store.remove(document: "r"))
  }

  private func refusals() async throws {
    let sample = SampleDocument(name: "refused", text: "text of it")
    var pieces = [sample.pieces, sample.pieces, sample.pieces, sample.pieces]
    pieces[0][0].piece.text = "another"
    pieces[1][0].piece.range = 3..<1000
    pieces[2][0].vector = [1, 2]
    pieces[3][0].vector[0] = .nan
    for wrong in pieces {
      await expect(.invalidDocument) {
        _ = try await store.put(
          sample.source, text: ExtractedText(sample.text), bytes: nil, metadata: [:], pieces: wrong)
      }
    }
    #expect(try await store.document(named: "refused") == nil)
    await expect(.invalidSetting) { _ = try await store.search(vector: [1], count: 3, filter: nil) }
  }

  private func filters() async throws {
    let documents = [
      SampleDocument(name: "f/1", text: "alpha", metadata: ["year": "2001", "tag's \"": "x"]),
      SampleDocument(name: "f/2", text: "beta", metadata: ["year": "2010.5", "tag's \"": "y"]),
      SampleDocument(name: "f/三", text: "gamma", metadata: ["year": "2020 or so"]),
    ]
    for document in documents { try await document.put(in: store) }
    let cases: [(MetadataFilter, [String])] = [
      (.equals("tag's \"", "x"), ["f/1"]), (.equals("name", "f/2"), ["f/2"]),
      (.equals("title", "Title of f/三"), ["f/三"]), (.oneOf("tag's \"", ["x", "y", "z"]), ["f/1", "f/2"]),
      (.oneOf("year", []), []), (.hasPrefix("name", "f/三"), ["f/三"]),
      (.hasPrefix("year", "20"), ["f/1", "f/2", "f/三"]),
      (.hasPrefix("year", "%"), []), (.within("year", lower: 2001, upper: nil), ["f/1", "f/2"]),
      (.within("year", lower: nil, upper: 2005), ["f/1"]), (.not(.equals("tag's \"", "x")), ["f/2", "f/三"]),
      (.not(.hasPrefix("no such key", "")), ["f/1", "f/2", "f/三"]), (.all([]), ["f/1", "f/2", "f/三"]), (.any([]), []),
      (.any([.equals("tag's \"", "y"), .equals("sha256", documents[0].source.sha256)]), ["f/1", "f/2"]),
    ]
    for (filter, expected) in cases {
      let found = try await store.documents(matching: .all([.hasPrefix("name", "f/"), filter]))
      #expect(found.map(\.source.name) == expected, "\(filter)")
      let pieces = try await store.search(
        vector: SampleDocument.vector("a"), count: 10, filter: .all([.hasPrefix("name", "f/"), filter]))
      #expect(pieces.map(\.piece.document).sorted() == expected, "\(filter)")
    }
    var deep = MetadataFilter.equals("a", "b")
    for _ in 0..<2000 { deep = .not(deep) }
    await expect(.unsupported) { _ = try await store.documents(matching: deep) }
    try await store.remove(documents: documents.map(\.name))
  }

  private func searches() async throws {
    let text = ["aaaa of letters", "eeee of letters", "水水水水 的山", "iiii letter", "oooo 高山流水"]
    try await SampleDocument(name: "s", text: text.joined(separator: "\n")).put(in: store)
    let filter = MetadataFilter.equals("name", "s")
    for line in text {
      let found = try await store.search(vector: SampleDocument.vector(line), count: 2, filter: filter)
      #expect(found.count == 2)
      #expect(found.first?.piece.piece.text == line)
      #expect(abs((found.first?.score ?? 0) - 1) < 1e-5)
    }
    let letters = try await store.search(words: "LETTERS", count: 9, filter: filter)
    #expect(Set(letters.map(\.piece.piece.text)) == [text[0], text[1], text[3]])
    #expect(zip(letters, letters.dropFirst()).allSatisfy { $0.score >= $1.score })
    #expect(try await store.search(words: "流水", count: 9, filter: filter).first?.piece.piece.text == text[4])
    #expect(try await store.search(words: "letters", count: 9, filter: .equals("name", "none")) == [])
    #expect(try await store.search(words: "nothing like it", count: 9, filter: filter) == [])
    #expect(try await store.search(words: "...", count: 9, filter: nil) == [])
    #expect(try await store.search(words: "letters", count: 0, filter: nil) == [])
    // Changes are found at once, also in what was searched already.
    try await SampleDocument(name: "s", text: "zebra\n" + text[0]).put(in: store)
    #expect(try await store.search(words: "zebra", count: 9, filter: nil).count == 1)
    #expect(try await store.search(words: "letter", count: 9, filter: filter).map(\.piece.position) == [1])
  }

  private func removal() async throws {
    let names = try await store.documents(matching: nil).map(\.source.name)
    #expect(try await store.remove(documents: names + ["none"]) == names)
    #expect(try await store.documents(matching: nil) == [])
    #expect(try await store.search(vector: SampleDocument.vector("a"), count: 9, filter: nil) == [])
    #expect(try await store.search(words: "zebra letters", count: 9, filter: nil) == [])
    #expect(try await store.knownVectors([EmbeddedPiece.hash(of: "zebra")]) == [:])
    #expect(try await !store.remove(document: "a.txt"))
    try await store.settle()
  }

  private func expect(_ code: RetrievalError.Code, _ body: () async throws -> Void) async {
    await #expect { try await body() } throws: { error in (error as? RetrievalError)?.code == code }
  }
}
