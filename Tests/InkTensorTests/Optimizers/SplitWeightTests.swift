import InkTensor
import Testing

/// Weights in bf16 with the bits that they lack.
@Suite struct SplitWeightTests {
  private static let numbers: [Float] = {
    var random = TestRandom(seed: 5)
    let drawn = random.activations(rows: 40, inputs: 100)
    // Ties, the largest numbers, the smallest ones, and what is infinite.
    return drawn + drawn.map { $0 * 1e-30 }
      + [0, -0.0, 1, 1.00390625, -1.01171875, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity]
      + [.leastNormalMagnitude, -.leastNonzeroMagnitude, 0x1.fep0, 0x1.ffp0, -0x1.01p0, -0x1.03p0]
  }()

  private func split(_ numbers: [Float], threads: Int) throws -> (weight: Tensor, remainder: Tensor) {
    let cpu = CPU(threads: threads)
    let weight = cpu.roundedToBFloat16(Tensor(numbers.map { _ in 0 }, shape: [numbers.count]))
    let remainder = CPU.remainderSlot(for: [numbers.count]).makeTensor()
    cpu.split(Tensor(numbers, shape: [numbers.count]), into: weight, remainder)
    return (weight, remainder)
  }

  @Test("Both parts together are the number, to the bit", arguments: [1, 2])
  func whole(threads: Int) throws {
    let (weight, remainder) = try split(Self.numbers, threads: threads)
    let joined = CPU(threads: threads).joined(weight, remainder).toArray()
    #expect(joined.map(\.bitPattern) == Self.numbers.map(\.bitPattern))
  }

  @Test("The weight is the bf16 number that is nearest")
  func nearest() throws {
    let finite = Self.numbers.filter { $0.magnitude < 1e38 }
    let (weight, _) = try split(finite, threads: 1)
    for (number, half) in zip(finite, weight.toArray()) {
      let bits = half.bitPattern
      #expect(bits & 0xffff == 0)
      for neighbour in [bits &+ 0x10000, bits &- 0x10000].map({ Float(bitPattern: $0) }) where neighbour.isFinite {
        let (own, other) = (abs(Double(number) - Double(half)), abs(Double(number) - Double(neighbour)))
        #expect(own <= other, "\(number): \(half), not \(neighbour)")
      }
    }
    #expect(try split([.nan], threads: 1).weight.toArray()[0].isNaN)
  }
}
