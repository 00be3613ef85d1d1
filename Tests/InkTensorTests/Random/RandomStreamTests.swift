import InkTensor
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  @Test(
    "Philox4x32-10 gives the paper's known answers",
    arguments: [
      (
        SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
        SIMD4<UInt32>(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
      ),
      (
        SIMD4<UInt32>(repeating: .max), SIMD2<UInt32>(repeating: .max),
        SIMD4<UInt32>(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
      ),
      (
        SIMD4<UInt32>(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
        SIMD2<UInt32>(0xA409_3822, 0x299F_31D0),
        SIMD4<UInt32>(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
      ),
    ])
  func knownAnswers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>) {
    #expect(RandomStream.philox(counter: counter, key: key) == expected)
  }

  @Test("a number depends on its position and not on how it was reached")
  func randomAccess() {
    var stream = RandomStream(seed: 42, name: "sampling", step: 3)
    let drawn = (0..<9).map { _ in stream.next() }
    let fresh = RandomStream(seed: 42, name: "sampling", step: 3)
    #expect(drawn == (0..<9).map { fresh.bits(at: UInt64($0)) })
    stream.position = 4
    #expect(stream.next() == drawn[4])
  }

  @Test("another seed, name or step gives other numbers")
  func independence() {
    let reference = RandomStream(seed: 1, name: "a", step: 0).bits(at: 0)
    #expect(RandomStream(seed: 2, name: "a", step: 0).bits(at: 0) != reference)
    #expect(RandomStream(seed: 1, name: "b", step: 0).bits(at: 0) != reference)
    #expect(RandomStream(seed: 1, name: "a", step: 1).bits(at: 0) != reference)
  }

  @Test("uniform numbers lie in 0 ..< 1 with the mean and variance of a uniform distribution")
  func uniformMoments() {
    var stream = RandomStream(seed: 9, name: "moments")
    let values = (0..<100_000).map { _ in stream.nextUniform() }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(mean - 0.5) < 0.004)
    #expect(abs(variance - 1.0 / 12) < 0.001)
  }
}
