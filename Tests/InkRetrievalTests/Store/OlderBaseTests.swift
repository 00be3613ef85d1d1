import Foundation
import InkArchive
import InkRetrieval
import Testing

@Suite("A base that an older program made")
struct OlderBaseTests {
  /// A copy of the fixture in a folder of its own.
  private func older() throws -> (folder: TemporaryFolder, path: String) {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/base-1.sqlite.gz")
    let bytes = try GzipFile.inflate([UInt8](Data(contentsOf: file)), limit: 1 << 20, context: "fixture")
    let folder = try TemporaryFolder()
    let path = folder.path + "/base.sqlite"
    try Data(bytes).write(to: URL(filePath: path))
    return (folder, path)
  }

  @Test("it is brought up to date when it is opened, and everything in it is as it was")
  func upgraded() async throws {
    let (folder, path) = try older()
    defer { withExtendedLifetime(folder) {} }
    let store = try SQLiteKnowledgeStore.open(path)
    let document = try #require(try await store.documents(matching: nil).first)
    #expect(document.source.name == "fx.md" && document.pieceCount == 2)
    // Its program did not count pages, and whether the file has any is not known here.
    #expect(document.pageCount == nil)
    #expect(try await store.text(ofDocument: "fx.md").hasPrefix("# Kettles"))
    let pieces = try await store.pieces(ofDocument: document.id, at: 0..<9)
    #expect(pieces.map(\.piece.headings) == [["Kettles"], ["Kettles", "Care"]])
    #expect(try await store.search(words: "\"three minutes\"", count: 9, filter: nil).map(\.piece) == [pieces[0]])
    let vector = try #require(try await store.vectors([pieces[1].id])[0])
    #expect(try await store.search(vector: vector, count: 1, filter: nil).map(\.piece) == [pieces[1]])
    try store.close()
  }

  @Test("what is added to it from then on has its pages counted, also after it is opened again")
  func pages() async throws {
    let (folder, path) = try older()
    defer { withExtendedLifetime(folder) {} }
    let text = ExtractedText("one\n\ntwo", pageStarts: [0, 5])
    let source = SourceFile(
      name: "p.pdf", path: nil, mediaType: "application/pdf", size: 8, sha256: String(repeating: "0", count: 64))
    let store = try SQLiteKnowledgeStore.open(path)
    #expect(try await store.put(source, text: text, bytes: nil, metadata: [:], pieces: []).pageCount == 2)
    try store.close()
    let again = try SQLiteKnowledgeStore.open(path)
    #expect(try await again.documents(matching: nil).map(\.pageCount) == [nil, 2])
    try again.close()
  }
}
