import Foundation
import InkRetrieval
import Testing

@Suite("A knowledge store whose process is killed")
struct KilledStoreTests {
  private static let options = SQLiteStoreOptions(graphFrom: 100, notice: { _ in })

  private static func sample(_ number: Int, version: Int) -> SampleDocument {
    SampleDocument(
      name: "document \(number)",
      text: (0..<(5 + number % 40)).map { "n\(number)v\(version) \($0) 水" }.joined(separator: "\n"),
      metadata: ["version": "\(version)"], bytes: Array("bytes \(number) \(version)".utf8))
  }

  /// Puts, replaces and removes documents, and writes down what was acknowledged, until it is killed in the middle.
  private static func change(_ folder: String, from start: Int) async throws {
    let store = try SQLiteKnowledgeStore.open(folder + "/base.sqlite", options: options)
    let told = try #require(FileHandle(forWritingAtPath: folder + "/told"))
    try told.seekToEnd()
    for number in start... {
      if number == start + 8 {
        Thread.detachNewThread {
          usleep(UInt32.random(in: 0..<60_000))
          kill(getpid(), SIGKILL)
        }
      }
      try told.write(contentsOf: Data("begin \(number)\n".utf8))
      try await sample(number, version: 1).put(in: store)
      if number % 3 == 0 { try await sample(number, version: 2).put(in: store) }
      if number % 5 == 0 { try await store.remove(document: "document \(number)") }
      if number % 7 == 0 { try await store.settle() }
      try told.write(contentsOf: Data("done \(number)\n".utf8))
    }
  }

  @Test("everything acknowledged is there, nothing is half, and searches need no index to be built again")
  func killed() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/base.sqlite"
    try SQLiteKnowledgeStore.create(path, settings: SampleDocument.settings, options: Self.options).close()
    try folder.write("told", "")
    for round in 0..<5 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String, round = round as Int] in
        try await KilledStoreTests.change(path, from: 1000 * round)
      }
      try await Self.check(folder.path)
    }
  }

  private static func check(_ folder: String) async throws {
    let told = try String(contentsOfFile: folder + "/told", encoding: .utf8)
    let store = try SQLiteKnowledgeStore.open(folder + "/base.sqlite", options: options)
    let documents = try await store.documents(matching: nil)
    let byName = Dictionary(documents.map { ($0.source.name, $0) }) { first, _ in first }
    var pieces = 0
    // Whatever is there is whole, whether somebody was told of it or not.
    for document in documents {
      let number = try #require(Int(document.source.name.dropFirst("document ".count)))
      let sample = sample(number, version: try #require(document.metadata["version"].flatMap { Int($0) }))
      #expect(try await store.text(ofDocument: sample.name) == sample.text)
      #expect(try await store.bytes(ofDocument: sample.name) == sample.bytes)
      let stored = try await store.pieces(ofDocument: document.id, at: 0..<1000)
      #expect(stored.map(\.piece) == sample.pieces.map(\.piece))
      #expect(try await store.vectors(stored.map(\.id)) == sample.pieces.map(\.vector))
      pieces += stored.count
    }
    let lines = told.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let done = lines.filter { $0.first == "done" }.compactMap { $0.last.flatMap { Int($0) } }
    #expect(done.count >= 8)
    for number in done {
      let document = byName["document \(number)"]
      #expect((document == nil) == (number % 5 == 0))
      if let document { #expect(document.metadata["version"] == (number % 3 == 0 ? "2" : "1")) }
    }
    let found = try await store.search(vector: SampleDocument.vector("水"), count: 100_000, filter: nil)
    #expect(found.count == pieces)
    for document in documents {
      let number = document.source.name.dropFirst("document ".count)
      let word = "n\(number)v\(document.metadata["version"] ?? "")"
      let words = try await store.search(words: word, count: 1000, filter: nil)
      #expect(words.count { $0.piece.documentID == document.id } == document.pieceCount)
    }
    try store.close()
  }
}
