import Foundation
import InkRetrieval
import Testing

@Suite("A store whose vectors are searched as codes")
struct CodedVectorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func settings(_ vectors: KnowledgeSettings.Vectors) -> KnowledgeSettings {
    var settings = SampleDocument.settings
    settings.vectors = vectors
    return settings
  }

  private func store(
    _ name: String, _ vectors: KnowledgeSettings.Vectors, graphFrom: Int
  ) throws -> SQLiteKnowledgeStore {
    try SQLiteKnowledgeStore.create(
      "\(folder.path)/\(name).sqlite", settings: settings(vectors),
      options: SQLiteStoreOptions(graphFrom: graphFrom, notice: { _ in }))
  }

  @Test("it does what every store does, with vectors in a table or in a graph", arguments: [20_000, 5])
  func conformance(graphFrom: Int) async throws {
    try await KnowledgeStoreConformance(store: store("base", .int8, graphFrom: graphFrom)).run()
  }

  @Test("it finds what floats find, with their scores and in their order", arguments: [20_000, 50])
  func same(graphFrom: Int) async throws {
    let (codes, floats) = (
      try store("codes", .int8, graphFrom: graphFrom), try store("floats", .float32, graphFrom: 20_000)
    )
    let letters = ["a", "e", "i", "o", "u", "的", "水", "山"]
    var state: UInt64 = 5
    func line() -> String {
      (0..<40).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return letters[Int(state >> 61)]
      }.joined()
    }
    for number in 0..<8 {
      let document = SampleDocument(name: "d\(number)", text: (0..<40).map { _ in line() }.joined(separator: "\n"))
      try await document.put(in: codes)
      try await document.put(in: floats)
    }
    try await codes.remove(document: "d3")
    try await floats.remove(document: "d3")
    for query in ["a", "水水e", "uio的山"] {
      for filter in [nil, MetadataFilter.oneOf("name", ["d1", "d4"])] {
        let vector = SampleDocument.vector(query)
        let found = try await codes.search(vector: vector, count: 5, filter: filter)
        let expected = try await floats.search(vector: vector, count: 5, filter: filter)
        #expect(found.count == 5)
        for (one, other) in zip(found, expected) { #expect(abs(one.score - other.score) < 1e-5) }
      }
    }
  }

  @Test("the choice is kept with the base, and settings from before it have floats")
  func kept() throws {
    try store("base", .int8, graphFrom: 5).close()
    #expect(try SQLiteKnowledgeStore.open(folder.path + "/base.sqlite").settings.vectors == .int8)
    let older = #"""
      {"dimension":8,"embeddedText":"piece","embedder":"e","overlapTokens":1,"pieceTokens":9,"splitting":"automatic"}
      """#
    let read = try JSONDecoder().decode(KnowledgeSettings.self, from: Data(older.utf8))
    #expect(read.vectors == .float32)
    #expect(
      read
        == KnowledgeSettings(
          embedder: "e", dimension: 8, pieceTokens: 9, overlapTokens: 1, embeddedText: .piece))
  }
}
