import Foundation
import InkRetrieval
import Testing

@Suite("A knowledge store in a SQLite file")
struct SQLiteKnowledgeStoreTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/base.sqlite" }

  init() throws { folder = try TemporaryFolder() }

  @Test("what was put is there again when the file is opened the next time")
  func reopened() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings)
    let document = SampleDocument(
      name: "guide/水.md", text: "one apple\n水和山\n\nthree", headings: ["Fruit"], metadata: ["author": "Lin"])
    let stored = try await document.put(in: store)
    try store.close()

    let again = try SQLiteKnowledgeStore.open(path)
    #expect(again.settings == SampleDocument.settings)
    #expect(try await again.documents(matching: nil) == [stored])
    #expect(stored.metadata == ["author": "Lin", "format": "plain"])
    #expect(try await again.text(ofDocument: "guide/水.md") == document.text)
    let pieces = try await again.pieces(ofDocument: stored.id, at: 0..<10)
    #expect(pieces.map(\.piece) == document.pieces.map(\.piece))
    #expect(try await again.vectors(pieces.map(\.id)) == document.pieces.map(\.vector))
  }

  @Test("a piece's text is read across the blocks that texts are kept in")
  func blocks() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings)
    let line = String(repeating: "水", count: 7_001)
    let document = SampleDocument(name: "long", text: (0..<6).map { "\($0)" + line }.joined(separator: "\n"))
    let stored = try await document.put(in: store)
    #expect(try await store.text(ofDocument: "long") == document.text)
    let pieces = try await store.pieces(ofDocument: stored.id, at: 0..<6)
    #expect(pieces.map(\.piece) == document.pieces.map(\.piece))
  }

  @Test("removed text is in no file of the base, the write-ahead log among them")
  func traces() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings)
    let secret = "the-hidden-treasure"
    try await SampleDocument(name: "kept", text: "plain words").put(in: store)
    try await SampleDocument(
      name: secret, text: (0..<3000).map { "\(secret) \($0)" }.joined(separator: "\n"), headings: [secret],
      metadata: ["place": secret], bytes: Array(secret.utf8)
    ).put(in: store)
    try await SampleDocument(name: "other", text: "\(secret) again").put(in: store)
    #expect(try holds(secret))
    let removed = try await store.remove(documents: [secret, "other", "never there"])
    #expect(removed == [secret, "other"])
    #expect(try !holds(secret))
    #expect(try await store.documents(matching: nil).map(\.source.name) == ["kept"])
  }

  @Test("it does what every store does, with vectors in a table or in a graph", arguments: [20_000, 5])
  func conformance(graphFrom: Int) async throws {
    let options = SQLiteStoreOptions(graphFrom: graphFrom, notice: { _ in })
    try await KnowledgeStoreConformance(
      store: SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: options)
    ).run()
  }

  @Test("a base of newer tables, another program's database, a damaged file and none are refused with the cure")
  func refused() throws {
    try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings).close()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    func refusal(_ change: (inout Data) -> Void) throws -> RetrievalError? {
      var changed = bytes
      change(&changed)
      let other = folder.path + "/\(UUID().uuidString).sqlite"
      try changed.write(to: URL(fileURLWithPath: other))
      do throws(RetrievalError) {
        _ = try SQLiteKnowledgeStore.open(other)
        return nil
      } catch { return error }
    }
    // The header's user version and application number.
    let newer = try refusal { $0[63] = 99 }
    #expect(newer?.code == .unsupported)
    #expect(newer?.description.contains("99") == true)
    #expect(try refusal { $0[68] = 1 }?.code == .store)
    #expect(try refusal { $0 = Data("not a database, but long enough to be read as one".utf8) + $0 }?.code == .store)
    #expect(try refusal { $0 = Data() }?.code == .store)
    #expect(try refusal { _ in } == nil)
    #expect {
      try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings)
    } throws: { error in (error as? RetrievalError)?.code == .alreadyExists }
    #expect { try SQLiteKnowledgeStore.open(folder.path + "/none") } throws: { error in
      (error as? RetrievalError)?.code == .notFound
    }
  }

  @Test("pages that were overwritten are an error that says so, not a wrong answer or a trap")
  func damaged() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings)
    for number in 0..<50 {
      try await SampleDocument(name: "\(number)", text: "\(number) lines\nof it").put(in: store)
    }
    try store.close()
    for ending in ["-wal", "-shm"] { try? folder.remove("base.sqlite" + ending) }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in 8192..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    try bytes.write(to: URL(fileURLWithPath: path))
    await #expect {
      let store = try SQLiteKnowledgeStore.open(path)
      _ = try await store.documents(matching: nil)
      _ = try await store.search(words: "lines", count: 3, filter: nil)
    } throws: { error in
      let error = error as? RetrievalError
      return error?.code == .store && error?.hint.isEmpty == false
    }
  }

  @Test("without room a document is refused whole, and what was there stays")
  func full() async throws {
    let options = SQLiteStoreOptions(sizeLimit: 400_000, notice: { _ in })
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: options)
    try await SampleDocument(name: "small", text: "fits").put(in: store)
    let large = SampleDocument(name: "large", text: String(repeating: "does not fit\n", count: 50_000))
    await #expect { try await large.put(in: store) } throws: { error in
      let error = error as? RetrievalError
      return error?.code == .diskFull && error?.hint.contains("room") == true
    }
    #expect(try await store.documents(matching: nil).map(\.source.name) == ["small"])
    try await SampleDocument(name: "small too", text: "fits").put(in: store)
    #expect(try await store.search(words: "fits", count: 9, filter: nil).count == 2)
  }

  @Test("readers see a document before or after a change, never in between, while it is replaced again and again")
  func readers() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings)
    func version(_ number: Int) -> SampleDocument {
      SampleDocument(name: "d", text: (0..<8).map { "version\(number) line\($0)" }.joined(separator: "\n"))
    }
    try await version(0).put(in: store)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for number in 1...30 { try await version(number).put(in: store) } }
      for _ in 0..<3 {
        group.addTask {
          for _ in 0..<20 {
            let found = try await store.search(vector: SampleDocument.vector("line"), count: 99, filter: nil)
            #expect(found.count == 8)
            #expect(Set(found.map { $0.piece.piece.text.prefix { $0 != " " } }).count == 1)
            let text = try await store.text(ofDocument: "d")
            #expect(Set(text.split(separator: "\n").map { $0.prefix { $0 != " " } }).count == 1)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("two stores that write to one file at once both get through")
  func twoWriters() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings)
    let other = try SQLiteKnowledgeStore.open(path, options: SQLiteStoreOptions(patience: 60))
    async let first = SampleDocument(name: "1", text: "one").put(in: store)
    async let second = SampleDocument(name: "2", text: "two").put(in: other)
    _ = try await (first, second)
    #expect(try await store.documents(matching: nil).count == 2)
  }

  private func holds(_ text: String) throws -> Bool {
    let needle = Data(text.utf8)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { name in
      try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)).range(of: needle) != nil
    }
  }
}
