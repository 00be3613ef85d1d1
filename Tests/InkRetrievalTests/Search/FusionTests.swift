import InkRetrieval
import Testing

@Suite struct FusionTests {
  @Test("reciprocal rank fusion sums one over constant and rank")
  func reciprocalRank() throws {
    let merged = try Fusion.reciprocalRank().merge([
      FusionList([found(1, 9), found(2, 8), found(3, 7)]), FusionList([found(3, 0.9), found(1, 0.5), found(4, 0.1)]),
    ])
    #expect(merged.map(\.piece.id) == [1, 3, 2, 4])
    #expect(abs(merged[0].score - (1.0 / 61 + 1.0 / 62)) < 1e-15)
    #expect(abs(merged[3].score - 1.0 / 63) < 1e-15)
  }

  @Test("equal scores stand by ascending id")
  func ties() throws {
    let merged = try Fusion.reciprocalRank().merge([7, 2, 5].map { FusionList([found($0, 1)]) })
    #expect(merged.map(\.piece.id) == [2, 5, 7])
  }

  @Test("weighted fusion brings each list to 0 to 1 first, so that scales do not matter")
  func weighted() throws {
    let words = FusionList([found(1, 30), found(2, 20), found(3, 10)])
    let near = FusionList([found(3, 0.9), found(2, 0.8), found(1, 0.7)])
    let merged = try Fusion.weighted([3, 1]).merge([words, near])
    #expect(merged.map(\.piece.id) == [1, 2, 3])
    for (result, wanted) in zip(merged, [3, 2, 1]) { #expect(abs(result.score - Double(wanted)) < 1e-12) }
    let larger = FusionList(words.results.map { found($0.piece.id, $0.score * 1000) })
    #expect(try Fusion.weighted([3, 1]).merge([larger, near]).map(\.piece.id) == merged.map(\.piece.id))
  }

  @Test("a list with a bound counts by its share of it, so that the best of a bad list is bad")
  func bounded() throws {
    let near = FusionList([found(1, 0.9), found(2, 0.8), found(3, 0.75), found(4, 0.7)])
    for (bound, order) in [(10.0, [3, 1, 2, 4] as [Int64]), (1000, [1, 2, 3, 4])] {
      let words = FusionList([found(3, 10), found(2, 1)], scale: .bounded(bound))
      let merged = try Fusion.balanced.merge([words, near])
      #expect(merged.map(\.piece.id) == order)
      let scores = Dictionary(uniqueKeysWithValues: merged.map { ($0.piece.id, $0.score) })
      #expect(abs((scores[3] ?? 0) - (0.125 + 5 / bound)) < 1e-12)
      #expect(abs((scores[2] ?? 0) - (0.25 + 0.5 / bound)) < 1e-12)
    }
    // No score is above its bound but for roundings, and nothing is a share of nothing.
    #expect(try FusionList([found(1, 2)], scale: .bounded(1)).fusedScores == [0.5])
    #expect(try FusionList([found(1, 2)], scale: .bounded(0)).fusedScores == [0])
  }

  @Test("weights that cannot be right are refused", arguments: [[1.0], [1, -1], [0, 0], [.nan, 1], [1, 1, 1]])
  func badWeights(_ weights: [Double]) {
    let error = #expect(throws: RetrievalError.self) {
      try Fusion.weighted(weights).merge([FusionList([found(1, 1)]), FusionList([found(2, 1)])])
    }
    #expect(error?.code == .invalidSetting)
  }

  @Test("empty lists give nothing")
  func empty() throws {
    #expect(try Fusion.reciprocalRank().merge([FusionList([]), FusionList([])]).isEmpty)
    #expect(try Fusion.weighted([1, 1]).merge([FusionList([]), FusionList([])]).isEmpty)
  }
}

extension FusionList {
  /// What the results score beside an empty list.
  fileprivate var fusedScores: [Double] {
    get throws { try Fusion.balanced.merge([self, FusionList([])]).map(\.score) }
  }
}
