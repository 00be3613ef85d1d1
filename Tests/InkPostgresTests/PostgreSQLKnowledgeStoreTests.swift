import Foundation
import InkIndex
import InkPostgres
import InkRetrieval
import Testing

@Suite(
  "A knowledge store in a PostgreSQL database",
  .enabled(if: TestServer.isHere, "INKSTONE_TEST_POSTGRES names no server"))
struct PostgreSQLKnowledgeStoreTests {
  @Test("it does what every store does, with vectors compared one by one or found by a graph", arguments: [20_000, 0])
  func conformance(graphFrom: Int) async throws {
    try await TestServer.withBase(options: PostgreSQLOptions(graphFrom: graphFrom)) { store, _ in
      try await KnowledgeStoreConformance(store: store).run()
    }
  }

  @Test("what was put is there when the base is opened the next time, and the base is among the database's")
  func reopened() async throws {
    try await TestServer.withBase { store, name in
      let document = SampleDocument(
        name: "guide/水's \"x\".md", text: "one apple\n水和山\n\nthree", headings: ["Fruit"], metadata: ["a'b\"": "Lin"],
        bytes: [0, 1, 255])
      let stored = try await document.put(in: store)
      let again = try await PostgreSQLKnowledgeStore.open(
        name, at: TestServer.address(), expecting: SampleDocument.settings)
      #expect(again.settings == SampleDocument.settings)
      #expect(try await again.documents(matching: nil) == [stored])
      #expect(stored.metadata == ["a'b\"": "Lin", "format": "plain"])
      #expect(try await again.text(ofDocument: document.name) == document.text)
      #expect(try await again.bytes(ofDocument: document.name) == [0, 1, 255])
      let pieces = try await again.pieces(ofDocument: stored.id, at: 0..<10)
      #expect(pieces.map(\.piece) == document.pieces.map(\.piece))
      #expect(try await again.vectors(pieces.map(\.id)) == document.pieces.map(\.vector))
      await again.close()
      #expect(try await PostgreSQLKnowledgeStore.names(at: TestServer.address()).contains(name))
    }
  }

  @Test("a base that is there, one that is not, and another embedder or analyzer are refused with the cure")
  func refused() async throws {
    try await TestServer.withBase { _, name in
      let address = try TestServer.address()
      await expect(.alreadyExists) {
        _ = try await PostgreSQLKnowledgeStore.create(name, settings: SampleDocument.settings, at: address)
      }
      await expect(.notFound) { _ = try await PostgreSQLKnowledgeStore.open(KnowledgeName("never-made"), at: address) }
      await expect(.notFound) { try await PostgreSQLKnowledgeStore.delete(KnowledgeName("never-made"), at: address) }
      for other in [
        KnowledgeSettings(embedder: "others", dimension: 8), KnowledgeSettings(embedder: "letters", dimension: 9),
      ] {
        await expect(.invalidSetting) {
          _ = try await PostgreSQLKnowledgeStore.open(name, at: address, expecting: other)
        }
      }
      let options = PostgreSQLOptions(analyzer: TextAnalyzer(stemming: .none))
      await expect(.unsupported) { _ = try await PostgreSQLKnowledgeStore.open(name, at: address, options: options) }
    }
    await expect(.unsupported) {
      let settings = KnowledgeSettings(embedder: "long", dimension: 16_001)
      _ = try await PostgreSQLKnowledgeStore.create(
        KnowledgeName("too-long"), settings: settings, at: TestServer.address())
    }
    await expect(.invalidSetting) {
      _ = try await PostgreSQLKnowledgeStore.open(
        KnowledgeName(String(repeating: "n", count: 60)), at: TestServer.address())
    }
  }

  @Test("words find the same pieces in the same order with the same scores as in a SQLite file, to the bit")
  func sameWords() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/inkstone-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try SQLiteKnowledgeStore.create(
      path + "/base.sqlite", settings: SampleDocument.settings, options: SQLiteStoreOptions(notice: { _ in }))
    try await TestServer.withBase { store, _ in
      var random = SeededNumbers(state: 7)
      let words = ["running", "runs", "river", "山", "山水", "流水", "snake_case", "3,000", "the", "of", "Straße", "x"]
      for number in 0..<12 {
        let lines = (0..<8).map { _ in
          (0...random.next(below: 30)).map { _ in words[random.next(below: words.count)] }.joined(separator: " ")
        }
        let document = SampleDocument(name: "d\(number % 10)", text: lines.joined(separator: "\n"))
        try await document.put(in: store)
        try await document.put(in: file)
      }
      try await store.remove(document: "d3")
      try await file.remove(document: "d3")
      for query in ["river", "the river of 山水", "run run run x", "流水 3000", "snake", "strasse", "absent"] {
        try await #expect(store.greatestScore(words: query) == file.greatestScore(words: query), "\(query)")
        for filter in [nil, MetadataFilter.not(.hasPrefix("name", "d1"))] {
          for count in [3, 500] {
            let found = try await store.search(words: query, count: count, filter: filter)
            let expected = try await file.search(words: query, count: count, filter: filter)
            #expect(found.map(\.score) == expected.map(\.score), "\(query)")
            // Numbers differ between stores where one counts those that were not kept, but their order does not.
            #expect(found.map(\.place) == expected.map(\.place), "\(query)")
          }
        }
      }
    }
    try file.close()
  }

  @Test("vectors find the same pieces as in a SQLite file, with and without a filter")
  func sameVectors() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/inkstone-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try SQLiteKnowledgeStore.create(
      path + "/base.sqlite", settings: SampleDocument.settings, options: SQLiteStoreOptions(notice: { _ in }))
    try await TestServer.withBase { store, _ in
      var random = SeededNumbers(state: 11)
      let letters = ["a", "e", "i", "o", "u", "的", "水", "山"]
      for number in 0..<6 {
        let lines = (0..<20).map { _ in (0..<40).map { _ in letters[random.next(below: 8)] }.joined() }
        let document = SampleDocument(name: "d\(number)", text: lines.joined(separator: "\n"))
        try await document.put(in: store)
        try await document.put(in: file)
      }
      for query in ["a", "水水e", "uio的山"] {
        for filter in [nil, MetadataFilter.oneOf("name", ["d1", "d4"])] {
          let vector = SampleDocument.vector(query)
          let found = try await store.search(vector: vector, count: 10, filter: filter)
          let expected = try await file.search(vector: vector, count: 10, filter: filter)
          #expect(found.count == 10)
          for (one, other) in zip(found, expected) { #expect(abs(one.score - other.score) < 1e-6) }
        }
      }
    }
    try file.close()
  }

  @Test("a vector of zeros is found behind those with a direction, with a score of zero")
  func zeros() async throws {
    try await TestServer.withBase { store, _ in
      var document = SampleDocument(name: "z", text: "aaaa\nzzzz")
      document.metadata = [:]
      var pieces = document.pieces
      pieces[1].vector = Array(repeating: 0, count: 8)
      _ = try await store.put(
        document.source, text: ExtractedText(document.text), bytes: nil, metadata: [:], pieces: pieces)
      let found = try await store.search(vector: SampleDocument.vector("aaaa"), count: 9, filter: nil)
      #expect(found.map(\.piece.piece.text) == ["aaaa", "zzzz"])
      #expect(found.last?.score == 0)
    }
  }

  @Test("two writers of one base both get through, one after the other")
  func writers() async throws {
    try await TestServer.withBase { store, name in
      let other = try await PostgreSQLKnowledgeStore.open(name, at: TestServer.address())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<12 {
          group.addTask {
            try await SampleDocument(name: "\(number % 6)", text: "line \(number)\nof it").put(
              in: number.isMultiple(of: 2) ? store : other)
          }
        }
        try await group.waitForAll()
      }
      #expect(try await store.documents(matching: nil).map(\.source.name) == (0..<6).map(String.init))
      #expect(try await store.search(words: "line", count: 99, filter: nil).count == 6)
      await other.close()
    }
  }

  @Test("readers see a document before or after a change, never in between, while it is replaced again and again")
  func readers() async throws {
    try await TestServer.withBase { store, _ in
      @Sendable func version(_ number: Int) -> SampleDocument {
        SampleDocument(name: "d", text: (0..<8).map { "version\(number) line\($0)" }.joined(separator: "\n"))
      }
      try await version(0).put(in: store)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { for number in 1...15 { try await version(number).put(in: store) } }
        for _ in 0..<2 {
          group.addTask {
            for _ in 0..<15 {
              let found = try await store.search(vector: SampleDocument.vector("line"), count: 99, filter: nil)
              #expect(found.count == 8)
              #expect(Set(found.map { $0.piece.piece.text.prefix { $0 != " " } }).count == 1)
              let worded = try await store.search(words: "line", count: 99, filter: nil)
              #expect(worded.count == 8)
              #expect(Set(worded.map { $0.piece.piece.text.prefix { $0 != " " } }).count == 1)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("a change that fails half-way leaves nothing, and the store goes on")
  func allOrNothing() async throws {
    try await TestServer.withBase { store, _ in
      try await SampleDocument(name: "kept", text: "old words").put(in: store)
      // PostgreSQL refuses the character in metadata, which are written after text and row of the document.
      let wrong = SampleDocument(name: "kept", text: "new words", metadata: ["key": "a\u{0}b"])
      await expect(.invalidDocument) { try await wrong.put(in: store) }
      #expect(try await store.text(ofDocument: "kept") == "old words")
      #expect(try await store.search(words: "old", count: 9, filter: nil).count == 1)
      #expect(try await store.search(words: "new", count: 9, filter: nil).isEmpty)
      try await SampleDocument(name: "kept", text: "new \u{0} words").put(in: store)
      #expect(try await store.text(ofDocument: "kept") == "new \u{0} words")
    }
  }

  @Test("cancelled calls throw that they were, and leave the store usable")
  func cancelled() async throws {
    try await TestServer.withBase(options: PostgreSQLOptions(connections: 1)) { store, _ in
      let document = SampleDocument(name: "d", text: (0..<300).map { "line \($0)" }.joined(separator: "\n"))
      let tasks = (0..<4).map { _ in Task { try await document.put(in: store) } }
      for task in tasks { task.cancel() }
      for task in tasks {
        do { _ = try await task.value } catch { #expect((error as? RetrievalError)?.code == .cancelled) }
      }
      try await document.put(in: store)
      #expect(try await store.search(words: "line", count: 999, filter: nil).count == 300)
    }
  }

  @Test("a base that another process deleted is not there any more, and a closed one says so")
  func deleted() async throws {
    let name = try KnowledgeName("test-\(UUID().uuidString)")
    let address = try TestServer.address()
    let store = try await PostgreSQLKnowledgeStore.create(name, settings: SampleDocument.settings, at: address)
    try await PostgreSQLKnowledgeStore.delete(name, at: address)
    await expect(.notFound) { _ = try await store.documents(matching: nil) }
    await expect(.notFound) { try await SampleDocument(name: "d", text: "x").put(in: store) }
    await store.close()
    await expect(.store) { _ = try await store.documents(matching: nil) }
  }

  private func expect(_ code: RetrievalError.Code, _ body: () async throws -> Void) async {
    await #expect { try await body() } throws: { error in
      let error = error as? RetrievalError
      return error?.code == code
    }
  }
}

extension ScoredPiece {
  /// What tells a piece in every store.
  fileprivate var place: String { "\(piece.document) \(piece.position)" }
}

/// Numbers that are the same in every run (SplitMix64).
private struct SeededNumbers {
  var state: UInt64

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
