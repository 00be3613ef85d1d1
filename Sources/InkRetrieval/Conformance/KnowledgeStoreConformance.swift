/// What every store does, wherever it keeps its documents. A store's own tests call ``run()``. It stands here and not
/// among the tests because stores of other targets are held to it too.
package struct KnowledgeStoreConformance: Sendable {
  private let store: any KnowledgeStore

  /// A run over an empty store that was made with `SampleDocument.settings`.
  package init(store: any KnowledgeStore) { self.store = store }

  /// Puts, replaces, refuses, filters, searches and removes; leaves the store empty.
  ///
  /// - Throws: ``ConformanceFailure`` with the place of what does not hold, or what the store threw.
  package func run() async throws {
    try await documents()
    try await replacing()
    try await refusals()
    try await filters()
    try await searches()
    try await removal()
  }

  private func documents() async throws {
    try await hold(store.documents(matching: nil) == [])
    let upload = SampleDocument(
      name: "b/水.txt", text: "an aeon\nonce 水 and 山\nold", headings: ["One", "二"], metadata: ["year": "1999"],
      bytes: [0, 255, 7])
    let stored = try await upload.put(in: store)
    try await SampleDocument(name: "a.txt", text: "eels\n\nare in it").put(in: store)
    try await hold(store.documents(matching: nil).map(\.source.name) == ["a.txt", "b/水.txt"])
    try await hold(store.document(named: "b/水.txt") == stored)
    try hold(stored.source == upload.source)
    try hold(stored.title == "Title of b/水.txt")
    try hold(stored.metadata == ["year": "1999", "format": "plain"])
    try hold(stored.pieceCount == 3)
    try hold(stored.textSize == upload.text.utf8.count)
    try await hold(store.text(ofDocument: "b/水.txt") == upload.text)
    try await hold(store.bytes(ofDocument: "b/水.txt") == [0, 255, 7])
    try await hold(store.bytes(ofDocument: "a.txt") == nil)
    let pieces = try await store.pieces(ofDocument: stored.id, at: 1..<9)
    try hold(pieces.map(\.position) == [1, 2])
    try hold(pieces.map(\.piece) == Array(upload.pieces.map(\.piece)[1...]))
    let asked = [pieces[1].id, 1 << 40, pieces[0].id]
    try await hold(store.pieces(asked) == [pieces[1], pieces[0]])
    try await hold(store.vectors(asked) == [upload.pieces[2].vector, nil, upload.pieces[1].vector])
    let hash = EmbeddedPiece.hash(of: "old")
    try await hold(store.knownVectors([hash, "unknown"]) == [hash: SampleDocument.vector("old")])
    try await refuse(.notFound) { _ = try await store.text(ofDocument: "none") }
    try await refuse(.notFound) { _ = try await store.bytes(ofDocument: "none") }
    try await hold(store.document(named: "none") == nil)
  }

  private func replacing() async throws {
    let first = try await SampleDocument(name: "r", text: "same\nold\nsame").put(in: store)
    let before = try await store.pieces(ofDocument: first.id, at: 0..<9)
    let second = try await SampleDocument(name: "r", text: "new\nsame\nsame").put(in: store)
    let after = try await store.pieces(ofDocument: first.id, at: 0..<9)
    try hold(second.id == first.id)
    try hold(after.map(\.piece.text) == ["new", "same", "same"])
    try hold(after.map(\.position) == [0, 1, 2])
    try hold([after[1].id, after[2].id] == [before[0].id, before[2].id])
    // Numbers are never used again.
    let highest = before.map(\.id).max() ?? 0
    try hold(after[0].id > highest)
    try await hold(store.remove(document: "r"))
    let third = try await SampleDocument(name: "r", text: "same").put(in: store)
    try hold(third.id > first.id)
    try await hold(store.pieces(ofDocument: third.id, at: 0..<1)[0].id > after[0].id)
    try await hold(store.remove(document: "r"))
  }

  private func refusals() async throws {
    let sample = SampleDocument(name: "refused", text: "text of it")
    var pieces = [sample.pieces, sample.pieces, sample.pieces, sample.pieces]
    pieces[0][0].piece.text = "another"
    pieces[1][0].piece.range = 3..<1000
    pieces[2][0].vector = [1, 2]
    pieces[3][0].vector[0] = .nan
    for wrong in pieces {
      try await refuse(.invalidDocument) {
        _ = try await store.put(
          sample.source, text: ExtractedText(sample.text), bytes: nil, metadata: [:], pieces: wrong)
      }
    }
    try await hold(store.document(named: "refused") == nil)
    try await refuse(.invalidSetting) { _ = try await store.search(vector: [1], count: 3, filter: nil) }
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
      try hold(found.map(\.source.name) == expected, "\(filter)")
      let pieces = try await store.search(
        vector: SampleDocument.vector("a"), count: 10, filter: .all([.hasPrefix("name", "f/"), filter]))
      try hold(pieces.map(\.piece.document).sorted() == expected, "\(filter)")
    }
    var deep = MetadataFilter.equals("a", "b")
    for _ in 0..<2000 { deep = .not(deep) }
    try await refuse(.unsupported) { _ = try await store.documents(matching: deep) }
    try await store.remove(documents: documents.map(\.name))
  }

  private func searches() async throws {
    let text = ["aaaa of letters", "eeee of letters", "水水水水 的山", "iiii letter", "oooo 高山流水"]
    try await SampleDocument(name: "s", text: text.joined(separator: "\n")).put(in: store)
    let filter = MetadataFilter.equals("name", "s")
    for line in text {
      let found = try await store.search(vector: SampleDocument.vector(line), count: 2, filter: filter)
      try hold(found.count == 2)
      try hold(found.first?.piece.piece.text == line)
      try hold(abs((found.first?.score ?? 0) - 1) < 1e-5)
    }
    let letters = try await store.search(words: "LETTERS", count: 9, filter: filter)
    try hold(Set(letters.map(\.piece.piece.text)) == [text[0], text[1], text[3]])
    try hold(zip(letters, letters.dropFirst()).allSatisfy { $0.score >= $1.score })
    try await hold(store.search(words: "流水", count: 9, filter: filter).first?.piece.piece.text == text[4])
    try await hold(store.search(words: "letters", count: 9, filter: .equals("name", "none")) == [])
    try await hold(store.search(words: "nothing like it", count: 9, filter: filter) == [])
    try await hold(store.search(words: "...", count: 9, filter: nil) == [])
    try await hold(store.search(words: "letters", count: 0, filter: nil) == [])
    let bound = try await store.greatestScore(words: "\"letters\"")
    try hold(letters.allSatisfy { $0.score > 0 && $0.score < bound })
    try await hold(store.greatestScore(words: "letters letters nothing") > 2 * bound)
    try await hold(store.greatestScore(words: "...") == 0)
    try await hold(store.search(words: "\"of letters\"", count: 9, filter: filter).count == 2)
    try await hold(store.search(words: "\"letters of\"", count: 9, filter: filter) == [])
    try await hold(
      store.search(words: "eeee \"OF LETTERS\" “aaaa of”", count: 9, filter: filter).map(\.piece.piece.text) == [
        text[0]
      ])
    try await hold(store.search(words: "“水的山”", count: 9, filter: filter).map(\.piece.piece.text) == [text[2]])
    try await hold(store.search(words: "「山高」", count: 9, filter: filter) == [])
    // Changes are found at once, also in what was searched already.
    try await SampleDocument(name: "s", text: "zebra\n" + text[0]).put(in: store)
    try await hold(store.search(words: "zebra", count: 9, filter: nil).count == 1)
    try await hold(store.search(words: "letter", count: 9, filter: filter).map(\.piece.position) == [1])
  }

  private func removal() async throws {
    let names = try await store.documents(matching: nil).map(\.source.name)
    try await hold(store.remove(documents: names + ["none"]) == names)
    try await hold(store.documents(matching: nil) == [])
    try await hold(store.search(vector: SampleDocument.vector("a"), count: 9, filter: nil) == [])
    try await hold(store.search(words: "zebra letters", count: 9, filter: nil) == [])
    try await hold(store.knownVectors([EmbeddedPiece.hash(of: "zebra")]) == [:])
    try await hold(!store.remove(document: "a.txt"))
    try await store.settle()
  }

  /// Goes on only if a condition holds.
  private func hold(
    _ condition: Bool, _ detail: @autoclosure () -> String = "", file: String = #fileID, line: Int = #line
  ) throws(ConformanceFailure) {
    guard condition else { throw ConformanceFailure(file: file, line: line, detail: detail()) }
  }

  /// Goes on only if a call fails as it should.
  private func refuse(
    _ code: RetrievalError.Code, file: String = #fileID, line: Int = #line, _ body: () async throws -> Void
  ) async throws(ConformanceFailure) {
    do { try await body() } catch {
      guard (error as? RetrievalError)?.code != code else { return }
      throw ConformanceFailure(file: file, line: line, detail: "\(error) instead of \(code)")
    }
    throw ConformanceFailure(file: file, line: line, detail: "nothing was refused, expected \(code)")
  }
}
