import InkTensor
import Testing

@Suite("Sums and averages beside updates") struct OptimizerSumsTests {
  private static func tensors() -> [Tensor] {
    [0, 1, 15, 4095, 4096, 4097, 70_003].map {
      Tensor(OptimizerFixture.draw(seed: $0, count: $0), shape: [$0])
    }
  }

  @Test("The squared norm is that of double precision", arguments: InstructionSet.available)
  func norm(_ set: InstructionSet) {
    let tensors = Self.tensors()
    let exact = tensors.flatMap { $0.toArray() }.reduce(0.0) { $0 + Double($1) * Double($1) }
    let cpu = CPU(threads: 2, instructionSet: set)
    #expect(abs(cpu.squaredNorm(tensors) - exact) <= 1e-12 * exact)
    #expect(cpu.squaredNorm([]) == 0)
    #expect(cpu.squaredNorm([Tensor([3e38, 3e38], shape: [2])]) > 1.7e77)
    #expect(cpu.squaredNorm([Tensor([1, .nan], shape: [2])]).isNaN)
  }

  @Test("The squared norm has the same bits on every backend")
  func sameBits() {
    let tensors = Self.tensors()
    let sums = InstructionSet.available.flatMap { set in
      (1...3).map { CPU(threads: $0, instructionSet: set).squaredNorm(tensors) }
    }
    #expect(Set(sums).count == 1)
  }

  @Test("Averages move toward values")
  func averages() {
    let values = Self.tensors()
    #expect(
      backendsThatDiffer { cpu in
        let averages = values.map { cpu.zeros($0.shape) }
        cpu.moveAverages(averages, toward: values, by: 0.25)
        cpu.moveAverages(averages, toward: values, by: 0.25)
        for (average, value) in zip(averages, values) {
          let wrong = zip(average.toArray(), value.toArray()).contains { abs($0 - 0.4375 * $1) > 1e-7 }
          #expect(!wrong)
        }
        return averages[6]
      }.isEmpty)
  }

  @Test("An exchange moves every bit, and a second one moves it back")
  func exchange() {
    let cpu = CPU(threads: 2)
    let (left, right) = (Self.tensors(), Self.tensors().map { cpu.scale($0, by: -3) })
    let (before, other) = (left.map { $0.toArray() }, right.map { $0.toArray() })
    cpu.exchange(left, with: right)
    #expect(left.map { $0.toArray() } == other && right.map { $0.toArray() } == before)
    cpu.exchange(left, with: right)
    #expect(left.map { $0.toArray() } == before && right.map { $0.toArray() } == other)
  }
}
