import InkData
import Testing

@Suite struct RandomTests {
  @Test("A number depends on its place alone, not on what was drawn before")
  func countedNumbers() {
    var stream = CountedRandom(seed: 3, for: .masking, 1, 2)
    let drawn = (0..<20).map { _ in stream.next() }
    let again = CountedRandom(seed: 3, for: .masking, 1, 2)
    #expect((0..<20).reversed().map { again.bits(at: UInt64($0)) } == drawn.reversed())
    #expect(Set(drawn).count == 20)
  }

  @Test("SplitMix64 gives the numbers of its reference implementation")
  func reference() {
    // The finisher at multiples of the golden gamma: the published sequence for seed 0.
    #expect(CountedRandom.reference(seed: 0, count: 2) == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4])
  }

  @Test("Seeds, purposes and coordinates each give other numbers")
  func independence() {
    let first = CountedRandom(seed: 1, for: .mixing, 0, 0).bits(at: 0)
    let others = [
      CountedRandom(seed: 2, for: .mixing, 0, 0), CountedRandom(seed: 1, for: .order, 0, 0),
      CountedRandom(seed: 1, for: .mixing, 1, 0), CountedRandom(seed: 1, for: .mixing, 0, 1),
      CountedRandom(seed: 1, for: .mixing, 0), CountedRandom(seed: 1, for: .mixing, 0, 0, 0),
    ].map { $0.bits(at: 0) }
    #expect(Set(others + [first]).count == 7)
  }

  @Test("Numbers are uniform, whole numbers too")
  func uniformity() {
    var random = CountedRandom(seed: 9, for: .split)
    var counts = Array(repeating: 0, count: 7)
    var sum = 0.0
    for _ in 0..<7_000 {
      counts[random.nextInteger(below: 7)] += 1
      sum += random.nextUniform()
    }
    #expect(counts.allSatisfy { abs($0 - 1_000) < 120 })
    #expect(abs(sum / 7_000 - 0.5) < 0.02)
    #expect(random.nextInteger(below: 0) == 0)
  }

  @Test("A permutation holds every index once", arguments: [0, 1, 2, 3, 5, 16, 17, 100, 1_000, 4_097])
  func bijection(count: Int) {
    for seed in 0..<3 {
      let order = IndexPermutation(count: count, random: CountedRandom(seed: UInt64(seed), for: .order))
      #expect(Set((0..<count).map { order[$0] }) == Set(0..<count))
    }
    #expect(IndexPermutation(count: count, random: CountedRandom(seed: 0, for: .order))[count + 3] == count + 3)
  }

  @Test("Every index comes about as often at every place")
  func permutationIsUniform() {
    var counts = Array(repeating: 0, count: 25)
    for seed in 0..<5_000 {
      let order = IndexPermutation(count: 5, random: CountedRandom(seed: UInt64(seed), for: .order))
      for place in 0..<5 { counts[place * 5 + order[place]] += 1 }
    }
    #expect(counts.allSatisfy { abs($0 - 1_000) < 150 }, "\(counts)")
  }

  @Test("Orders of large ranges are no shifted or nearly sorted ones")
  func permutationMixes() {
    let order = IndexPermutation(count: 10_000, random: CountedRandom(seed: 4, for: .order))
    let ascending = (1..<10_000).filter { order[$0] > order[$0 - 1] }.count
    #expect(abs(ascending - 5_000) < 250)
    #expect((0..<10_000).filter { order[$0] == $0 }.count < 12)
    let distances = Set((1..<10_000).map { order[$0] - order[$0 - 1] })
    #expect(distances.count > 5_000)
  }
}
