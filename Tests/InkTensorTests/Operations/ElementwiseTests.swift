import Foundation
import InkTensor
import Testing

/// Sums, factors and caps, element by element.
@Suite("Elementwise operations")
struct ElementwiseTests {
  private static let special: [Float] = [
    0, -0.0, 1, -1, 0x1p-149, -0x1p-149, .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    .infinity,
    -.infinity, .nan, 0.1, 16_777_216, 1.0000001, -3.5, 1e20,
  ]

  /// Bits, with one pattern for everything that is not a number.
  private func bits(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } }

  @Test("add and scale are the machine's own sum and product", arguments: InstructionSet.available)
  func exact(_ set: InstructionSet) {
    let special = ElementwiseTests.special
    let pairs = special.flatMap { a in special.map { (a, $0) } }
    let (a, b) = (pairs.map(\.0), pairs.map(\.1))
    let cpu = CPU(threads: 2, instructionSet: set)
    let shape: Shape = [special.count, special.count]
    let sums = cpu.add(Tensor(a, shape: shape), Tensor(b, shape: shape))
    #expect(sums.shape == shape)
    #expect(bits(sums.toArray()) == bits(pairs.map { $0 + $1 }))
    for factor in special {
      let products = cpu.scale(Tensor(a, shape: shape), by: factor)
      #expect(bits(products.toArray()) == bits(a.map { $0 * factor }), "times \(factor)")
    }
  }

  @Test("any number of elements", arguments: [0, 32_767, 32_768, 32_769, 100_003] + edgeWidths)
  func sizes(count: Int) {
    var random = TestRandom(seed: 8)
    let (a, b) = (random.activations(rows: 1, inputs: count), random.activations(rows: 1, inputs: count))
    let cpu = CPU(threads: 3)
    #expect(cpu.add(Tensor(a, shape: [count]), Tensor(b, shape: [count])).toArray() == zip(a, b).map { $0 + $1 })
    #expect(cpu.scale(Tensor(a, shape: [count]), by: 0.3).toArray() == a.map { $0 * 0.3 })
    let capped = cpu.softCap(Tensor(a, shape: [count]), cap: 0.5).toArray()
    #expect(capped.count == count)
    #expect(zip(capped, a).allSatisfy { abs(Double($0) - 0.5 * tanh(Double($1) * 2)) <= 2e-7 })
  }

  @Test("every backend gives the same bits")
  func sameBits() {
    var random = TestRandom(seed: 10)
    for count in [1, 15, 33, 100_003] {
      let a = Tensor(random.activations(rows: 1, inputs: count), shape: [count])
      let b = Tensor(random.activations(rows: 1, inputs: count), shape: [count])
      #expect(backendsThatDiffer { $0.add(a, b) }.isEmpty)
      #expect(backendsThatDiffer { $0.scale(a, by: 1.7) }.isEmpty)
      #expect(backendsThatDiffer { $0.softCap(a, cap: 0.9) }.isEmpty)
    }
  }

  @Test("a soft cap is cap times tanh, and nothing passes it", arguments: [0.1, 1, 30, 50] as [Float])
  func softCap(cap: Float) {
    var x = (-4000...4000).map { Float($0) * cap / 500 }
    x += [0, -0.0, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e-30, .nan]
    for set in InstructionSet.available {
      let result = CPU(threads: 2, instructionSet: set).softCap(Tensor(x, shape: [x.count]), cap: cap).toArray()
      for (value, input) in zip(result, x) where !input.isNaN {
        let exact = Double(cap) * tanh(Double(input) / Double(cap))
        #expect(abs(Double(value) - exact) <= Double(cap) * 4e-7 && abs(value) <= cap, "\(input) on \(set)")
      }
      #expect(ulps(result[result.count - 2], from: 1e-30) <= 2)
      #expect(result.last?.isNaN == true)
    }
  }

  @Test("an operation leaves its arguments as they were and does not share memory with them")
  func arguments() {
    let cpu = CPU(threads: 1)
    let a = Tensor([1, 2, 3], shape: [3])
    let b = Tensor([4, 5, 6], shape: [3])
    #expect(cpu.add(a, b).toArray() == [5, 7, 9])
    #expect(cpu.scale(cpu.add(a, b), by: 2).toArray() == [10, 14, 18])
    #expect(a.toArray() == [1, 2, 3] && b.toArray() == [4, 5, 6])
    #expect(cpu.zeros([2, 2]).toArray() == [0, 0, 0, 0])
  }

  @Test("memory that comes back from an earlier result is written anew")
  func reusedMemory() {
    let cpu = CPU(threads: 1)
    for turn in 0..<50 {
      let x = Tensor([Float](repeating: Float(turn), count: 301), shape: [301])
      #expect(cpu.add(x, x).toArray().allSatisfy { $0 == Float(2 * turn) })
      #expect(cpu.zeros([301]).toArray().allSatisfy { $0 == 0 })
    }
  }

  @Test("a backend takes the instruction set it is asked for, and the best one otherwise")
  func instructionSets() {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.best == InstructionSet.available.last)
    for set in InstructionSet.allCases {
      let chosen = CPU(threads: 1, instructionSet: set).instructionSet
      #expect(chosen == (InstructionSet.available.contains(set) ? set : .best))
    }
    #expect(CPU(threads: 1).instructionSet == .best)
    #expect(CPU(threads: 5).threads.threadCount == 5)
  }
}
