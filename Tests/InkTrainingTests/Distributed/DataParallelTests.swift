import InkTensor
import InkTesting
import InkTraining
import Testing

@Suite("Data-parallel training")
struct DataParallelTests {
  private static func outcomes(
    _ size: Int, _ sharing: GradientSharing, lateBy seed: UInt64? = nil, threads: Int = 1
  ) throws -> [SmallRun.Outcome] {
    try Ranks.run(size) { communicator in
      let communicator = seed.map { LateCommunicator(communicator, seed: $0) as any Communicator } ?? communicator
      var run = try SmallRun(communicator, sharing: sharing, threads: threads)
      return try run.run(12)
    }
  }

  @Test("every process sees the losses and ends with the weights of the others", arguments: GradientSharing.allCases)
  func agreement(sharing: GradientSharing) throws {
    let found = try Self.outcomes(3, sharing)
    #expect(found[0].losses[11] < found[0].losses[0] * 0.8)
    for other in found { #expect(other == found[0]) }
  }

  @Test("ways of sharing, late processes and threads change no bit", arguments: [2, 3, 5])
  func bits(size: Int) throws {
    let expected = try Self.outcomes(size, .replicated)[0]
    for sharing in GradientSharing.allCases {
      #expect(try Self.outcomes(size, sharing, lateBy: 8)[0] == expected, "\(sharing)")
      #expect(try Self.outcomes(size, sharing, threads: 2)[0] == expected, "\(sharing) on two threads")
    }
  }

  @Test(
    "several processes have the losses of one, but for rounding; more of them than samples too", arguments: [2, 3, 9])
  func oneProcess(size: Int) throws {
    var alone = try SmallRun(.alone, sharing: .zero2)
    let expected = try alone.run(12)
    let found = try Self.outcomes(size, .zero2)[0]
    for (found, expected) in zip(found.losses + found.norms, expected.losses + expected.norms) {
      #expect(abs(found - expected) < 2e-6 * max(1, expected))
    }
  }

  @Test("a gradient that comes to no process stays away, and one that comes to some counts")
  func missingGradients() throws {
    let found = try Ranks.run(2) { communicator in
      let values = (0..<3).map { _ in Tensor([1, 2], shape: [2]).asParameter() }
      let cpu = CPU(threads: 1)
      let parallel = DataParallel(
        parameters: values.enumerated().map { Parameter(name: "\($0)", value: $1) }, sharing: .replicated,
        communicator: communicator, cpu: cpu)
      let store = GradientStore(of: values)
      // What an earlier step left behind must not come back.
      for value in values { store.add(Tensor([9, 9], shape: [2]), to: value, on: cpu) }
      store.clear()
      store.add(Tensor([3, 4], shape: [2]), to: values[0], on: cpu)
      if communicator.rank == 1 { store.add(Tensor([5, 6], shape: [2]), to: values[1], on: cpu) }
      try parallel.reduce(store)
      return values.map { store[$0]?.toArray() }
    }
    for gradients in found { #expect(gradients == [[6, 8], [5, 6], nil]) }
  }

  @Test("a gradient is given up where its weight is not owned")
  func ownedGradients() throws {
    let found = try Ranks.run(2) { communicator in
      let values = [Tensor([1, 2], shape: [2]).asParameter(), Tensor([1], shape: [1]).asParameter()]
      let cpu = CPU(threads: 1)
      let parallel = DataParallel(
        parameters: values.enumerated().map { Parameter(name: "\($0)", value: $1) }, sharing: .zero2,
        communicator: communicator, cpu: cpu)
      let store = GradientStore(of: values)
      for value in values { store.add(value, to: value, on: cpu) }
      try parallel.reduce(store)
      return (parallel.owned, values.map { store[$0]?.toArray() })
    }
    #expect(found[0].0 == 0..<1)
    #expect(found[0].1 == [[2, 4], nil])
    #expect(found[1].0 == 1..<2)
    #expect(found[1].1 == [nil, [2]])
  }

  @Test("processes with another recipe are refused, and what holds in one holds in all")
  func agreeing() throws {
    let outcomes = Ranks.outcomes(3) { communicator in
      let parallel = DataParallel(
        parameters: [], sharing: .replicated, communicator: communicator, cpu: CPU(threads: 1))
      #expect(try parallel.any([communicator.rank == 2, false]) == [true, false])
      try parallel.agree(on: [1, 2], "the seed")
      try parallel.agree(on: communicator.rank == 1 ? [7] : [1, 2, 3], "the recipe")
    }
    #expect(outcomes.count == 3)
    for outcome in outcomes {
      let error = #expect(throws: TrainingError.self) { try outcome.get() }
      #expect(error?.code == .communication)
      #expect(error?.description.contains("the recipe") == true)
      #expect(error?.description.contains("rank 1") == true)
    }
  }
}
