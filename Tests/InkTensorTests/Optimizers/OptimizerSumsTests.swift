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
    var exact = 0.0
    for element in tensors.flatMap({ $0.toArray() }) { exact += Double(element) * Double(element) }
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
    var wrong = 0
    let different = backendsThatDiffer { cpu in
      let averages = values.map { cpu.zeros($0.shape) }
      cpu.moveAverages(averages, toward: values, by: 0.25)
      cpu.moveAverages(averages, toward: values, by: 0.25)
      for (average, value) in zip(averages, values) {
        for (found, target) in zip(average.toArray(), value.toArray()) where abs(found - 0.4375 * target) > 1e-7 {
          wrong += 1
        }
      }
      return averages[6]
    }
    #expect(different.isEmpty)
    #expect(wrong == 0)
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
