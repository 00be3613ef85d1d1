import InkRetrieval
import Testing

@Suite struct FusionTests {
  @Test("reciprocal rank fusion sums one over constant and rank")
  func reciprocalRank() throws {
    let merged = try Fusion.reciprocalRank().merge([
      [found(1, 9), found(2, 8), found(3, 7)], [found(3, 0.9), found(1, 0.5), found(4, 0.1)],
    ])
    #expect(merged.map(\.piece.id) == [1, 3, 2, 4])
    #expect(abs(merged[0].score - (1.0 / 61 + 1.0 / 62)) < 1e-15)
    #expect(abs(merged[3].score - 1.0 / 63) < 1e-15)
  }

  @Test("equal scores stand by ascending id")
  func ties() throws {
    let merged = try Fusion.reciprocalRank().merge([[found(7, 1)], [found(2, 1)], [found(5, 1)]])
    #expect(merged.map(\.piece.id) == [2, 5, 7])
  }

  @Test("weighted fusion brings each list to 0 to 1 first, so that scales do not matter")
  func weighted() throws {
    let words = [found(1, 30), found(2, 20), found(3, 10)]
    let near = [found(3, 0.9), found(2, 0.8), found(1, 0.7)]
    let merged = try Fusion.weighted([3, 1]).merge([words, near])
    #expect(merged.map(\.piece.id) == [1, 2, 3])
    for (result, wanted) in zip(merged, [3, 2, 1]) { #expect(abs(result.score - Double(wanted)) < 1e-12) }
    let scaled = try Fusion.weighted([3, 1]).merge([words.map { found($0.piece.id, $0.score * 1000) }, near])
    #expect(scaled.map(\.piece.id) == merged.map(\.piece.id))
  }

  @Test("weights that cannot be right are refused", arguments: [[1.0], [1, -1], [0, 0], [.nan, 1], [1, 1, 1]])
  func badWeights(_ weights: [Double]) {
    let error = #expect(throws: RetrievalError.self) {
      try Fusion.weighted(weights).merge([[found(1, 1)], [found(2, 1)]])
    }
    #expect(error?.code == .invalidSetting)
  }

  @Test("empty lists give nothing")
  func empty() throws {
    #expect(try Fusion.reciprocalRank().merge([[], []]).isEmpty)
    #expect(try Fusion.weighted([1, 1]).merge([[], []]).isEmpty)
  }
}
