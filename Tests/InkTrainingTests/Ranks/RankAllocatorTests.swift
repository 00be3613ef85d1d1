import Foundation
import InkFormats
import InkNN
import InkTensor
import InkTraining
import Testing

/// Ranks that AdaLoRA gives out, beside PEFT's allocator (`Scripts/parity/adapters.py ranks`).
@Suite struct RankAllocatorTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/adalora_ranks.safetensors").path

  private struct Replay {
    let cpu = CPU(threads: 1)
    let file: SafetensorsFile
    let parts: [SingularParts]

    init() throws {
      let file = try SafetensorsFile.open(RankAllocatorTests.path)
      self.file = file
      var made: [SingularParts] = []
      for name in ["a", "b"] {
        func zeros(_ part: String) throws -> Tensor {
          let shape = try file.tensor("1.\(name).\(part).value").shape
          return Tensor([Float](repeating: 0, count: shape.elementCount), shape: shape).asParameter()
        }
        made.append(
          SingularParts(
            name: name, down: try zeros("lora_A"),
            values: Tensor([Float](repeating: 0, count: 4), shape: [4]).asParameter(), ups: [try zeros("lora_B")]))
      }
      parts = made
    }

    func schedule(final: Int = 2) -> RankSchedule {
      RankSchedule(
        parts: parts, target: 2, warmUp: 1, final: final, interval: 2, sensitivityDecay: 0.7, uncertaintyDecay: 0.6,
        orthogonality: 0.5, steps: 8)
    }

    /// Puts the weights of a step where they belong and tells the allocator of their gradients.
    func step(_ step: Int, _ allocator: RankAllocator) throws {
      let store = GradientStore(of: parts.flatMap { [$0.down, $0.values] + $0.ups })
      for part in parts {
        for (name, tensor) in [("lora_A", part.down), ("lora_E", part.values), ("lora_B", part.ups[0])] {
          func own(_ kind: String) throws -> Tensor {
            Tensor(try file.tensor("\(step).\(part.name).\(name).\(kind)").toArray(), shape: tensor.shape)
          }
          cpu.copy(try own("value"), into: tensor)
          store.add(try own("gradient"), to: tensor, on: cpu)
        }
      }
      allocator.update(after: step, gradients: { store[$0] }, scale: .identity, on: cpu)
    }

    func left(_ step: Int) throws -> [[Float]] {
      try parts.map { try file.tensor("\(step).\($0.name).lora_E.left").toArray() }
    }
  }

  @Test("the singular values that are left are PEFT's behind every step")
  func reference() throws {
    let replay = try Replay()
    let allocator = RankAllocator(replay.schedule())
    for step in 1...8 {
      try replay.step(step, allocator)
      #expect(try replay.parts.map { $0.values.toArray() } == replay.left(step), "step \(step)")
    }
    #expect(allocator.ranks.reduce(0, +) == 4)
  }

  @Test("an allocator that goes on from what another stored decides the same", arguments: [1, 4, 5, 7])
  func resumed(stop: Int) throws {
    let replay = try Replay()
    let first = RankAllocator(replay.schedule())
    for step in 1...stop { try replay.step(step, first) }
    let second = RankAllocator(replay.schedule())
    try second.restore(first.state)
    for step in stop + 1...8 {
      try replay.step(step, second)
      #expect(try replay.parts.map { $0.values.toArray() } == replay.left(step), "step \(step)")
    }
  }

  @Test("a stored state of other modules is refused and named")
  func foreign() throws {
    let replay = try Replay()
    let allocator = RankAllocator(replay.schedule())
    let state = allocator.state
    #expect(!state.isEmpty)
    for missing in state.indices {
      var others = state
      others.remove(at: missing)
      let error = #expect(throws: TrainingError.self) { try allocator.restore(others) }
      #expect(error?.code == .mismatch)
      #expect(error?.context == state[missing].name)
    }
  }

  @Test(
    "how far matrices are from orthonormal ones has the slopes of its gradient",
    arguments: [
      OrthogonalVectors.rows, .columns,
    ])
  func orthogonality(vectors: OrthogonalVectors) throws {
    let cpu = CPU(threads: 1)
    let stream = RandomStream(seed: 4, name: "matrix")
    let start = (0..<15).map { Float(stream.normal(at: UInt64($0))) }
    let shape: Shape = vectors == .rows ? [3, 5] : [5, 3]
    let parameter = Tensor(start, shape: shape).asParameter()
    let store = GradientStore(of: [parameter])
    _ = cpu.valueAndGradient(of: store) { $0.orthogonalityGap(parameter, of: vectors) }
    let gradient = try #require(store[parameter]).toArray()
    for index in start.indices {
      let values = [Float(1e-2), -1e-2].map { change in
        var moved = start
        moved[index] += change
        return cpu.orthogonalityGap(Tensor(moved, shape: shape), of: vectors).toArray()[0]
      }
      let slope = (values[0] - values[1]) / 2e-2
      #expect(abs(slope - gradient[index]) <= 5e-3 * max(1, abs(slope)), "\(index): \(gradient[index]), \(slope)")
    }
    let identity = Tensor((0..<9).map { $0 % 4 == 0 ? Float(1) : 0 }, shape: [3, 3])
    #expect(cpu.orthogonalityGap(identity, of: vectors).toArray() == [0])
  }
}
