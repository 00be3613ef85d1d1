import InkIndex
import InkTensor
import Testing

@Suite struct VectorIndexTests {
  private static let kinds: [VectorSettings.Kind] = [.flat, .hnsw()]

  @Test("an empty index finds nothing", arguments: kinds)
  func empty(kind: VectorSettings.Kind) throws {
    let index = try VectorIndex(VectorSettings(dimension: 4, kind: kind), cpu: CPU(threads: 1))
    #expect(try index.search([1, 2, 3, 4], count: 5).isEmpty)
    #expect(try index.search([[Float]](), count: 5).isEmpty)
    #expect(index.remove(1) == false)
    #expect(index.count == 0 && index.ids.isEmpty && index.vector(1) == nil)
  }

  @Test("vectors of another length or with a number that is none are refused, and nothing is changed", arguments: kinds)
  func refused(kind: VectorSettings.Kind) throws {
    let index = try VectorIndex(VectorSettings(dimension: 3, metric: .innerProduct, kind: kind), cpu: CPU(threads: 1))
    for bad in [[1, 2], [1, 2, 3, 4], [], [1, .nan, 2], [.infinity, 0, 0], [1e20, 0, 0]] as [[Float]] {
      #expect { try index.add(contentsOf: [(id: 1, vector: [1, 2, 3]), (id: 2, vector: bad)]) } throws: { error in
        guard let error = error as? IndexError else { return false }
        return error.code == .invalidVector && error.context.contains("vector 2")
      }
      #expect { try index.search(bad, count: 1) } throws: { ($0 as? IndexError)?.code == .invalidVector }
    }
    #expect(index.count == 0)
    #expect { try index.search([1, 2, 3], count: -1) } throws: { ($0 as? IndexError)?.code == .invalidSetting }
    #expect { try index.search([1, 2, 3], count: 1, effort: -1) } throws: {
      ($0 as? IndexError)?.code == .invalidSetting
    }
  }

  @Test(
    "settings that cannot be are refused",
    arguments: [
      VectorSettings(dimension: 0), VectorSettings(dimension: -3), VectorSettings(dimension: 1 << 40),
      VectorSettings(dimension: 4, kind: .hnsw(connections: 1)),
      VectorSettings(dimension: 4, kind: .hnsw(connections: 1000)),
      VectorSettings(dimension: 4, kind: .hnsw(construction: 0)),
    ])
  func settings(settings: VectorSettings) {
    #expect { try VectorIndex(settings, cpu: CPU(threads: 1)) } throws: { ($0 as? IndexError)?.code == .invalidSetting }
  }

  @Test("a vector of zeros has cosine 0 with all, and is kept", arguments: kinds)
  func zeros(kind: VectorSettings.Kind) throws {
    let index = try VectorIndex(VectorSettings(dimension: 2, kind: kind), cpu: CPU(threads: 1))
    try index.add(contentsOf: [(id: 1, vector: [0, 0]), (id: 2, vector: [3, 4]), (id: 3, vector: [-3, -4])])
    let found = try index.search([0.6, 0.8], count: 3)
    #expect(found.map(\.id) == [2, 1, 3])
    #expect(found[1].score == 0)
    #expect(abs(found[0].score - 1) < 1e-6 && abs(found[2].score + 1) < 1e-6)
    #expect(try index.search([0, 0], count: 3).map(\.id) == [1, 2, 3])
  }

  @Test("counts beyond what there is, and of nothing, are no error", arguments: kinds)
  func counts(kind: VectorSettings.Kind) throws {
    let index = try VectorIndex(VectorSettings(dimension: 2, metric: .euclidean, kind: kind), cpu: CPU(threads: 1))
    try index.add(contentsOf: (0..<5).map { (id: Int64($0), vector: [Float($0), 0]) })
    #expect(try index.search([2.2, 0], count: .max, effort: .max).map(\.id) == [2, 3, 1, 4, 0])
    #expect(try index.search([2.2, 0], count: 0).isEmpty)
    #expect(try index.search([2, 0], count: 1) == [VectorMatch(id: 2, score: 0)])
    #expect(index.vector(3) == [3, 0])
  }

  @Test("searches go on while vectors are added and removed, and find only what is in the index")
  func concurrent() async throws {
    let samples = VectorSamples(dimension: 8, seed: 11)
    let vectors = samples.uniform(2000)
    let index = try VectorIndex(
      VectorSettings(dimension: 8, kind: .hnsw(connections: 6, construction: 30)), cpu: CPU(threads: 2))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for start in stride(from: 0, to: 2000, by: 100) {
          try index.add(contentsOf: (start..<start + 100).map { (id: Int64($0), vector: vectors[$0]) })
          index.remove((start..<start + 50).map(Int64.init))
        }
      }
      for reader in 0..<3 {
        group.addTask {
          for round in 0..<100 {
            let found = try index.search(vectors[(round * 17 + reader) % 2000], count: 5)
            #expect(Set(found.map(\.id)).count == found.count)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(index.count == 1000)
  }
}
