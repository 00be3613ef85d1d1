import Foundation
import InkRetrieval
import Synchronization
import Testing

@Suite("Index files beside a database")
struct IndexFileTests {
  private let folder: TemporaryFolder
  private let notices = Notices()
  private var path: String { folder.path + "/base.sqlite" }

  private final class Notices: Sendable {
    private let kept = Mutex<[StoreNotice]>([])
    func add(_ notice: StoreNotice) { kept.withLock { $0.append(notice) } }
    var rebuilt: [String] {
      kept.withLock { notices in
        notices.compactMap { notice in
          guard case .rebuilt(_, let index, _, _) = notice else { return nil }
          return index
        }
      }
    }
  }

  init() throws { folder = try TemporaryFolder() }

  private var options: SQLiteStoreOptions {
    SQLiteStoreOptions(graphFrom: 50, notice: { [notices] in notices.add($0) })
  }

  /// A word of one line alone, which has no parts.
  private func word(_ number: Int, _ line: Int) -> String {
    "k\(UnicodeScalar(UInt8(97 + number)))x\(UnicodeScalar(UInt8(97 + line)))z"
  }

  private func sample(_ number: Int) -> SampleDocument {
    let lines = (0..<20).map { line in
      word(number, line) + " " + String(repeating: "aeiou", count: (line * 7 + number) % 5)
    }
    return SampleDocument(name: "d\(number)", text: lines.joined(separator: "\n"))
  }

  private func files(_ prefix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(prefix) }
  }

  /// Every line is found by its word and, exactly or nearly, by its vector.
  private func check(_ store: SQLiteKnowledgeStore, _ documents: [SampleDocument]) async throws {
    for document in documents {
      for piece in document.pieces.map(\.piece) where piece.range.lowerBound % 3 == 0 {
        let word = String(piece.text.prefix { $0 != " " })
        let found = try await store.search(words: word, count: 3, filter: nil)
        #expect(found.contains { $0.piece.piece.text == piece.text })
        let near = try await store.search(vector: SampleDocument.vector(piece.text), count: 1, filter: nil)
        #expect((near.first?.score ?? 0) > 0.999)
      }
    }
  }

  @Test("a base that is opened again uses its files, catches up with what came after them, and builds nothing")
  func caughtUp() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: options)
    let documents = (0..<6).map(sample)
    for document in documents[..<4] { try await document.put(in: store) }
    try await store.settle()
    #expect(try files("vectors-").count == 1)
    #expect(try files("keywords-").count == 1)
    for document in documents[4...] { try await document.put(in: store) }
    try store.close()

    let again = try SQLiteKnowledgeStore.open(path, options: options)
    try await check(again, documents)
    #expect(notices.rebuilt == [])
  }

  @Test("a file that is damaged or missing is built again, and a line says so", arguments: ["damaged", "missing"])
  func rebuilt(_ harm: String) async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: options)
    let documents = (0..<4).map(sample)
    for document in documents { try await document.put(in: store) }
    try await store.settle()
    try store.close()
    for name in try files("vectors-") + files("keywords-") {
      let url = URL(fileURLWithPath: folder.path + "/" + name)
      if harm == "missing" {
        try FileManager.default.removeItem(at: url)
      } else {
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 0x55
        try bytes.write(to: url)
      }
    }
    let again = try SQLiteKnowledgeStore.open(path, options: options)
    try await check(again, documents)
    #expect(notices.rebuilt.sorted() == ["keywords", "vectors"])
  }

  @Test("files of a history that was given up for a copy of the base are not used")
  func restored() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: options)
    try await sample(0).put(in: store)
    try store.close()
    let copy = try Data(contentsOf: URL(fileURLWithPath: path))
    let other = try SQLiteKnowledgeStore.open(path, options: options)
    for number in 1..<4 { try await sample(number).put(in: other) }
    try await other.settle()
    try other.close()
    for name in try files("base.sqlite-") { try folder.remove(name) }
    try copy.write(to: URL(fileURLWithPath: path))
    let restored = try SQLiteKnowledgeStore.open(path, options: options)
    let documents = [sample(0)] + (5..<8).map(sample)
    for document in documents[1...] { try await document.put(in: restored) }
    try await check(restored, Array(documents[1...]))
    #expect(try await restored.search(words: word(1, 1), count: 3, filter: nil) == [])
    #expect(notices.rebuilt.sorted() == ["keywords", "vectors"])
  }

  @Test("what was removed is in no index file either")
  func traces() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: options)
    for number in 0..<4 { try await sample(number).put(in: store) }
    try await SampleDocument(name: "secret", text: "quizzaciously 0.125").put(in: store)
    try await store.settle()
    try await store.remove(document: "secret")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
      #expect(bytes.range(of: Data("quizzac".utf8)) == nil, "\(name)")
    }
    #expect(try files("keywords-").count == 1)
  }

  @Test("a store sees at once what another one on the same file changed")
  func twoStores() async throws {
    let store = try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: options)
    let other = try SQLiteKnowledgeStore.open(path, options: options)
    #expect(try await store.search(words: word(0, 1), count: 3, filter: nil) == [])
    for number in 0..<4 {
      try await sample(number).put(in: other)
      #expect(try await store.search(words: word(number, 1), count: 3, filter: nil).count == 1)
    }
    try await other.remove(document: "d2")
    #expect(try await store.search(words: word(2, 1), count: 3, filter: nil) == [])
    #expect(try await store.search(vector: SampleDocument.vector("a"), count: 100, filter: nil).count == 60)
  }
}
