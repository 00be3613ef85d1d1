import InkIndex
import Testing

@Suite("Changes of a keyword index")
struct KeywordChangesTests {
  /// Two indexes that hold the same documents answer alike.
  private func expectEqual(_ left: KeywordIndex, _ right: KeywordIndex, vocabulary: Int) throws {
    #expect(left.documentCount == right.documentCount)
    #expect(left.averageLength == right.averageLength)
    #expect(try left.documentIDs() == right.documentIDs())
    var random = RandomCollection(seed: 99)
    for _ in 0..<20 {
      let query = KeywordQuery(terms: random.terms(count: 3, of: vocabulary))
      for term in query.terms {
        #expect(try left.documentFrequency(of: term) == right.documentFrequency(of: term))
      }
      #expect(try left.search(query, count: 30) == right.search(query, count: 30))
    }
  }

  @Test("documents one by one, in any order, make the index that they make at once")
  func oneByOne() throws {
    var random = RandomCollection(seed: 1)
    let documents = random.documents((0..<150).map { ($0 * 37) % 150 - 40 }, vocabulary: 30, longest: 20)
    var single = KeywordIndex()
    for document in documents { try single.add([document]) }
    var whole = KeywordIndex()
    try whole.add(documents)
    try expectEqual(single, whole, vocabulary: 30)
  }

  @Test("counts and scores after a removal are those of an index that never had the documents")
  func removal() throws {
    var random = RandomCollection(seed: 2)
    let documents = random.documents(0..<600, vocabulary: 80, longest: 25)
    var index = KeywordIndex()
    for start in stride(from: 0, to: 600, by: 200) { try index.add(Array(documents[start..<start + 200])) }
    let gone = Set((0..<Int64(600)).filter { $0 % 4 == 1 })
    #expect(try index.remove(gone) == gone.count)
    #expect(try index.remove(gone) == 0)
    #expect(try !index.contains(1))
    #expect(try index.contains(2))
    var never = KeywordIndex()
    try never.add(documents.filter { !gone.contains($0.id) })
    try expectEqual(index, never, vocabulary: 80)
    try index.compact()
    try expectEqual(index, never, vocabulary: 80)
  }

  @Test("a document with a number that is there replaces the old one; of several in one addition the last counts")
  func replacement() throws {
    var index = KeywordIndex()
    try index.add(1, text: "ink")
    try index.add([
      KeywordDocument(id: 1, content: .text("brush")), KeywordDocument(id: 2, content: .text("seal")),
      KeywordDocument(id: 1, content: .text("paper")),
    ])
    #expect(index.documentCount == 2)
    #expect(try index.documentFrequency(of: "ink") == 0)
    #expect(try index.documentFrequency(of: "brush") == 0)
    #expect(try index.search(KeywordQuery(terms: ["paper"]), count: 3).map(\.id) == [1])
  }

  @Test("everything can be removed, and the index goes on")
  func emptying() throws {
    var index = KeywordIndex()
    try index.add((0..<50).map { KeywordDocument(id: $0, content: .text("ink \($0)")) })
    #expect(try index.remove(0..<60) == 50)
    #expect(index.documentCount == 0)
    #expect(index.averageLength == 0)
    #expect(try index.search(KeywordQuery(terms: ["ink"]), count: 3).isEmpty)
    try index.add(9, text: "ink")
    #expect(try index.search(KeywordQuery(terms: ["ink"]), count: 3).map(\.id) == [9])
  }

  @Test("a copy goes on seeing what was there when it was made")
  func snapshots() throws {
    var index = KeywordIndex()
    try index.add((0..<20).map { KeywordDocument(id: $0, content: .text("ink stone")) })
    let before = index
    try index.remove([4])
    try index.add(30, text: "ink")
    #expect(try before.search(KeywordQuery(terms: ["ink"]), count: 50).map(\.id) == Array(0..<20))
    #expect(try index.documentFrequency(of: "stone") == 19)
    #expect(try before.documentFrequency(of: "stone") == 20)
  }

  @Test("many tasks search copies while one writer changes its own")
  func concurrentReaders() async throws {
    var random = RandomCollection(seed: 8)
    var index = KeywordIndex()
    try index.add(random.documents(0..<500, vocabulary: 50, longest: 20))
    let query = KeywordQuery(terms: ["w1", "w2", "w30"])
    let snapshot = index
    let expected = try snapshot.search(query, count: 20)
    let found = try await withThrowingTaskGroup(of: [KeywordMatch].self) { group in
      for _ in 0..<8 { group.addTask { try snapshot.search(query, count: 20) } }
      for id in 500..<540 { try index.add(Int64(id), text: "w1 w2") }
      return try await group.reduce(into: [[KeywordMatch]]()) { $0.append($1) }
    }
    #expect(found.allSatisfy { $0 == expected })
    #expect(index.documentCount == 540)
  }

  @Test("documents without a term count for the average and are never found")
  func emptyDocuments() throws {
    var index = KeywordIndex()
    try index.add([
      KeywordDocument(id: 1, content: .text("")), KeywordDocument(id: 2, content: .text("ink ink")),
      KeywordDocument(id: 3, content: .terms([])),
    ])
    #expect(index.documentCount == 3)
    #expect(abs(index.averageLength - 2.0 / 3) < 1e-12)
    #expect(try index.search(KeywordQuery(terms: ["ink"]), count: 9).map(\.id) == [2])
  }
}
