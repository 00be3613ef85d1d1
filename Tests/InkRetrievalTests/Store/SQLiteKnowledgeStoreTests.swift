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

  private func holds(_ text: String) throws -> Bool {
    let needle = Data(text.utf8)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { name in
      try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)).range(of: needle) != nil
    }
  }
}
