import InkTraining
import Testing

@Suite("Parameter shards")
struct ParameterShardsTests {
  @Test("shares are consecutive, hold every weight once, and the largest is as small as it can be", arguments: 1...5)
  func balance(size: Int) {
    for counts in [[5], [1, 1, 1, 1, 1, 1], [100, 1, 1, 1, 97], [3, 0, 7, 2, 9, 4, 4], [], [0, 0]] {
      let shards = ParameterShards(elementCounts: counts, size: size)
      #expect(shards.ranges.count == size)
      #expect(shards.ranges.flatMap { Array($0) } == Array(counts.indices))
      let largest = shards.ranges.map { counts[$0].reduce(0, +) }.max()
      #expect(largest == Self.best(counts[...], size), "\(counts)")
      for (rank, range) in shards.ranges.enumerated() {
        for index in range { #expect(shards.owner(of: index) == rank) }
      }
    }
  }

  /// The smallest largest share, by trying every first cut.
  private static func best(_ counts: ArraySlice<Int>, _ size: Int) -> Int {
    if size == 1 { return counts.reduce(0, +) }
    return (counts.startIndex...counts.endIndex).map { cut in
      max(counts[..<cut].reduce(0, +), best(counts[cut...], size - 1))
    }.min() ?? 0
  }

  @Test("the samples of a step are dealt out in blocks that differ by one at most", arguments: [0, 1, 2, 7, 16], 1...4)
  func samples(count: Int, size: Int) {
    let blocks = (0..<size).map { SampleBlock.range(of: $0, in: count, size: size) }
    #expect(blocks.flatMap { Array($0) } == Array(0..<count))
    let counts = blocks.map(\.count)
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
  }
}
