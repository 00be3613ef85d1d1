import InkTensor
import InkTesting
import Testing

@Suite("Communicator")
struct CommunicatorTests {
  /// Numbers whose sum depends on the order of adding.
  static func part(of rank: Int, _ shape: Shape, name: String) -> Tensor {
    var random = RandomStream(seed: 5, name: "\(name) \(rank)")
    return Tensor((0..<shape.elementCount).map { _ in Float(random.nextUniform() - 0.5) * 1e3 }, shape: shape)
  }

  static let shapes: [Shape] = [[3, 7], [1], [0], [40], [2, 2, 5]]

  /// The sums that rank 0, then 1, then 2… give, element by element.
  static func sums(over size: Int) -> [[Float]] {
    shapes.enumerated().map { index, shape in
      (0..<size).map { part(of: $0, shape, name: "\(index)").toArray() }.reduce(nil) { (sum: [Float]?, next) in
        sum.map { zip($0, next).map { $0 + $1 } } ?? next
      } ?? []
    }
  }

  @Test(
    "sums are those of the ranks in order, whatever is exchanged at a time", arguments: [1, 2, 3, 5], [1, 3, 16, 1000])
  func allReduce(size: Int, roundLength: Int) throws {
    let found = try Ranks.run(size) { communicator in
      let tensors = Self.shapes.enumerated().map { Self.part(of: communicator.rank, $1, name: "\($0)") }
      try communicator.allReduce(tensors, on: CPU(threads: 2), roundLength: roundLength)
      return tensors.map { $0.toArray() }
    }
    let expected = Self.sums(over: size)
    for sums in found { #expect(sums == expected) }
  }

  @Test("only owners get sums; the parts of others stay", arguments: [2, 3, 4])
  func reduceScatter(size: Int) throws {
    let found = try Ranks.run(size) { communicator in
      let tensors = Self.shapes.enumerated().map { Self.part(of: communicator.rank, $1, name: "\($0)") }
      let shards = (0..<size).map { rank in tensors.indices.filter { $0 % size == rank }.map { tensors[$0] } }
      try communicator.reduceScatter(shards, on: CPU(threads: 1))
      return tensors.map { $0.toArray() }
    }
    let expected = Self.sums(over: size)
    for (rank, values) in found.enumerated() {
      for (index, values) in values.enumerated() {
        let part = Self.part(of: rank, Self.shapes[index], name: "\(index)").toArray()
        let right = index % size == rank ? expected[index] : part
        #expect(values == right, "rank \(rank), tensor \(index)")
      }
    }
  }

  @Test("whoever comes late changes no bit", arguments: [UInt64(1), 2, 3])
  func order(seed: UInt64) throws {
    let found = try Ranks.run(3) { communicator in
      let late = LateCommunicator(communicator, seed: seed)
      let tensors = Self.shapes.enumerated().map { Self.part(of: late.rank, $1, name: "\($0)") }
      try late.allReduce(tensors, on: CPU(threads: 1), roundLength: 10)
      let sum = try late.sum([0.1, 1e17, -1e17].map { $0 * Double(late.rank + 1) })
      return (tensors.map { $0.toArray() }, sum)
    }
    let expected = [0.1, 1e17, -1e17].map { (value: Double) -> Double in (value + value * 2) + value * 3 }
    for (sums, numbers) in found {
      #expect(sums == Self.sums(over: 3))
      #expect(numbers == expected)
    }
  }

  @Test("every rank gets what the others hand in, in the order of ranks", arguments: [1, 2, 4])
  func gather(size: Int) throws {
    let found = try Ranks.run(size) { communicator in
      let rank = communicator.rank
      let bytes = try communicator.allGather([UInt8](repeating: UInt8(rank), count: rank * 3))
      let shards = (0..<size).map { [Tensor($0 == rank ? [Float(rank), -1] : [0, 0], shape: [2])] }
      try communicator.allGather(shards)
      let text = try communicator.broadcast(rank == size - 1 ? Array("last".utf8) : [9], from: size - 1)
      let value = Tensor([Float(rank)], shape: [1])
      try communicator.broadcast([value], from: 0)
      try communicator.barrier()
      return (bytes, shards.map { $0[0].toArray() }, text, value.toArray())
    }
    let expectedBytes = (0..<size).map { [UInt8](repeating: UInt8($0), count: $0 * 3) }
    let expectedShards: [[Float]] = (0..<size).map { [Float($0), -1] }
    for (bytes, shards, text, value) in found {
      #expect(bytes == expectedBytes)
      #expect(shards == expectedShards)
      #expect(text == Array("last".utf8))
      #expect(value == [0])
    }
  }

  @Test("a rank that fails ends those that wait for it")
  func failure() {
    struct Broken: Error {}
    let outcomes = Ranks.outcomes(3) { communicator in
      if communicator.rank == 1 { throw Broken() }
      try communicator.barrier()
    }
    for (rank, outcome) in outcomes.enumerated() {
      switch outcome {
      case .success: Issue.record("rank \(rank) went on")
      case .failure(let error as TensorError):
        #expect(error.code == .communication)
        #expect(error.description.contains("rank 1 ended the run"))
      case .failure: #expect(rank == 1)
      }
    }
  }

  @Test("processes that do not send what the others expect are told")
  func lengths() {
    let outcomes = Ranks.outcomes(2) { communicator in
      _ = try communicator.sum([Double](repeating: 1, count: communicator.rank + 1))
    }
    let errors = outcomes.compactMap { outcome -> TensorError? in
      if case .failure(let error) = outcome { error as? TensorError } else { nil }
    }
    #expect(errors.count == 2)
    #expect(errors.contains { $0.description.contains("bytes") })
  }
}
