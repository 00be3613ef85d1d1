import InkRetrieval
import Testing

@Suite struct DiversityTests {
  private let list = [found(1, 1.0), found(2, 0.99), found(3, 0.4), found(4, 0)]
  private let vectors: [[Float]?] = [[1, 0], [1, 0.01], [0, 1], [-1, 0]]

  @Test("a result that repeats the first comes behind one that says something else")
  func repeated() {
    #expect(Diversity(balance: 0.5).pick(2, of: list, vectors: vectors).map(\.piece.id) == [1, 3])
  }

  @Test("with a balance of 1 the order is that of the scores")
  func relevanceAlone() {
    #expect(Diversity(balance: 1).pick(4, of: list, vectors: vectors).map(\.piece.id) == [1, 2, 3, 4])
  }

  @Test("no more results than there are, none where none are asked for, and vectors may be missing")
  func edges() {
    #expect(Diversity().pick(9, of: list, vectors: [nil, nil, nil, nil]).count == 4)
    #expect(Diversity().pick(0, of: list, vectors: vectors).isEmpty)
    #expect(Diversity().pick(3, of: [], vectors: []).isEmpty)
  }
}
