import InkTensor
import InkTesting
import InkTraining
import Testing

@Suite("State of optimizers over processes")
struct OptimizerStateTests {
  private struct Checkpoint: Sendable {
    let values: [Tensor]
    let state: [[StateEntry]]
  }

  @Test(
    "a run goes on from a checkpoint in as many processes to the bit, with any way of sharing",
    arguments: GradientSharing.allCases, GradientSharing.allCases)
  func resume(before: GradientSharing, after: GradientSharing) throws {
    let whole = try Ranks.run(2) { communicator in
      var run = try SmallRun(communicator, sharing: before)
      _ = try run.run(4)
      return try run.run(3)
    }
    let checkpoint = try #require(try checkpoint(2, before))
    #expect(try goOn(checkpoint, 2, after)[0] == whole[0])
  }

  @Test("a run goes on in another number of processes", arguments: [1, 3, 4])
  func resize(size: Int) throws {
    let checkpoint = try #require(try checkpoint(2, .zero1))
    let expected = try goOn(checkpoint, 2, .zero1)[0]
    let found = try goOn(checkpoint, size, .zero1)[0]
    for (found, expected) in zip(found.losses, expected.losses) { #expect(abs(found - expected) < 2e-6) }
  }

  private func checkpoint(_ size: Int, _ sharing: GradientSharing) throws -> Checkpoint? {
    let found = try Ranks.run(size) { communicator in
      var run = try SmallRun(communicator, sharing: sharing)
      _ = try run.run(4)
      return try run.parallel.gatherState(run.momenta).map {
        Checkpoint(values: run.parallel.parameters.map(\.value.detached), state: $0)
      }
    }
    #expect(found.dropFirst().allSatisfy { $0 == nil })
    return found[0]
  }

  private func goOn(
    _ checkpoint: Checkpoint, _ size: Int, _ sharing: GradientSharing
  ) throws -> [SmallRun.Outcome] {
    try Ranks.run(size) { communicator in
      var run = try SmallRun(communicator, sharing: sharing)
      if communicator.rank == 0 {
        for (value, parameter) in zip(checkpoint.values, run.parallel.parameters) {
          run.cpu.copy(value, into: parameter.value)
        }
      }
      try run.parallel.shareValues()
      // Each run has its own copy: momenta change in place.
      let state = checkpoint.state.map { $0.map { StateEntry(name: $0.name, tensor: run.cpu.copied($0.tensor)) } }
      run.momenta = try run.parallel.scatterState(communicator.rank == 0 ? state : nil)
      #expect(run.momenta.allSatisfy { $0.map(\.name) == ["momentum"] })
      return try run.run(3)
    }
  }

  @Test("the state of another list of weights is refused")
  func otherWeights() throws {
    let run = try SmallRun(.alone, sharing: .zero1)
    #expect(throws: TrainingError.self) { try run.parallel.gatherState([]) }
    #expect(throws: TrainingError.self) { try run.parallel.scatterState([[]]) }
  }

  @Test("entries of any type and shape arrive as they are")
  func types() throws {
    let sent = StateEntry(
      name: "codes 码",
      tensor: try Tensor(
        storage: Storage.copying([1, 2, 3, 250, 5, 6]), byteOffset: 0, dtype: .u8, shape: [2, 3]))
    let found = try Ranks.run(2) { communicator in
      let parallel = DataParallel(
        parameters: ["a", "b"].map { Parameter(name: $0, value: Tensor([1], shape: [1]).asParameter()) },
        sharing: .zero1, communicator: communicator, cpu: CPU(threads: 1))
      return try parallel.scatterState(communicator.rank == 0 ? [[], [sent, sent]] : nil)
    }
    #expect(found[0].map(\.count) == [0])
    #expect(found[1].map(\.count) == [2])
    for entry in found[1][0] {
      #expect(entry.name == "codes 码")
      #expect(entry.tensor.dtype == .u8)
      #expect(entry.tensor.shape == [2, 3])
      #expect(entry.tensor.toIntegers() == [1, 2, 3, 250, 5, 6])
    }
  }

  @Test("an outline reads as it was written, and one that is damaged is refused")
  func outlines() throws {
    let entry = StateEntry(name: "moment", tensor: Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    let outline = StateOutline(of: [[], [entry, entry], [entry]])
    let bytes = outline.bytes
    #expect(try StateOutline(bytes: bytes) == outline)
    #expect(try outline.makeRoom().map { $0.map(\.tensor.shape) } == [[], [[2, 3], [2, 3]], [[2, 3]]])
    for length in 0..<bytes.count {
      let error = #expect(throws: TrainingError.self) { try StateOutline(bytes: Array(bytes.prefix(length))) }
      #expect(error?.code == .communication)
    }
    // A byte that is another must not trap: it is refused, or it means something else.
    for index in bytes.indices {
      for value: UInt8 in [0xff, 0x80, 0x7f] {
        var damaged = bytes
        damaged[index] = value
        do throws(TrainingError) {
          #expect(try StateOutline(bytes: damaged) != outline)
        } catch {
          #expect(error.code == .communication)
        }
      }
    }
    // A shape that no memory holds.
    var huge = bytes
    huge.replaceSubrange(huge.count - 8..<huge.count, with: [0, 0, 0, 0, 0, 0, 0, 0x40])
    #expect(throws: TrainingError.self) { try StateOutline(bytes: huge).makeRoom() }
  }
}
