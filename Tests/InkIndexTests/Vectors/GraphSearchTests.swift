import InkIndex
import InkTensor
import Testing

@Suite struct GraphSearchTests {
  private static let storages: [VectorSettings.Storage] = [
    .float32, .int8(rescoring: .float32), .int8(rescoring: .none),
  ]

  private func entries(_ vectors: [[Float]]) -> [(id: Int64, vector: [Float])] {
    vectors.enumerated().map { (id: Int64($0), vector: $1) }
  }

  /// The share of the exact best that is found.
  private func recall(
    _ index: VectorIndex, _ queries: [[Float]], among entries: [(id: Int64, vector: [Float])], effort: Int,
    filter: VectorFilter = .all
  ) throws -> Double {
    let exact = try VectorIndex(
      VectorSettings(
        dimension: index.settings.dimension, metric: index.settings.metric, storage: .float32, kind: .flat),
      cpu: CPU(threads: 2))
    try exact.add(contentsOf: entries)
    let expected = try exact.search(queries, count: 10, filter: filter)
    let found = try index.search(queries, count: 10, effort: effort, filter: filter)
    let hits = zip(found, expected).map { found, expected in
      Set(found.map(\.id)).intersection(expected.map(\.id)).count
    }
    return Double(hits.reduce(0, +)) / Double(expected.reduce(0) { $0 + $1.count })
  }

  private func index(
    _ dimension: Int, _ metric: VectorSettings.Metric = .cosine,
    _ storage: VectorSettings.Storage = .int8(rescoring: .float32), threads: Int = 2
  ) throws -> VectorIndex {
    try VectorIndex(
      VectorSettings(
        dimension: dimension, metric: metric, storage: storage, kind: .hnsw(connections: 12, construction: 80)),
      cpu: CPU(threads: threads))
  }

  @Test("a walk finds nearly all of the exact best, of vectors without order and in clusters", arguments: storages)
  func recall(storage: VectorSettings.Storage) throws {
    let samples = VectorSamples(dimension: 24, seed: 1)
    for metric in [VectorSettings.Metric.cosine, .euclidean] {
      for vectors in [samples.uniform(3000), samples.clustered(3000, centres: 40)] {
        let index = try index(24, metric, storage)
        try index.add(contentsOf: entries(vectors))
        let queries = vectors.prefix(40).map { $0.map { $0 + 0.05 } }
        #expect(try recall(index, queries, among: entries(vectors), effort: 100) > 0.95)
      }
    }
  }

  @Test("the graph and all results are the same for 1 and 4 threads and on every instruction set")
  func sameBits() throws {
    let samples = VectorSamples(dimension: 20, seed: 2)
    let vectors = entries(samples.clustered(2000, centres: 30))
    let queries = samples.uniform(20, named: "queries")
    for storage in Self.storages {
      var first: [[VectorMatch]]?
      for set in InstructionSet.available {
        for threads in [1, 4] where threads == 1 || set == InstructionSet.best {
          let index = try VectorIndex(
            VectorSettings(dimension: 20, storage: storage, kind: .hnsw(connections: 6, construction: 30)),
            cpu: CPU(threads: threads, instructionSet: set))
          try index.add(contentsOf: vectors)
          index.remove((0..<2000).filter { $0 % 3 == 0 }.map(Int64.init))
          let found = try index.search(queries, count: 10, effort: 10)
          #expect(found == first ?? found)
          first = found
        }
      }
    }
  }

  @Test("a filter that few vectors pass costs no recall, whether they lie near the query or far from it")
  func filters() throws {
    let samples = VectorSamples(dimension: 16, seed: 3)
    let vectors = entries(samples.clustered(4000, centres: 25))
    let index = try index(16)
    try index.add(contentsOf: vectors)
    let queries = vectors.prefix(25).map(\.vector)
    for step in [2, 5, 20, 400] as [Int64] {
      let filter = VectorFilter.matching { $0 % step == 1 }
      let chosen = vectors.filter { $0.id % step == 1 }
      #expect(try recall(index, queries, among: vectors, effort: 80, filter: filter) > 0.95)
      let ids = Set(chosen.map(\.id)).union([-5, 1_000_000])
      #expect(
        try index.search(queries, count: 10, effort: 80, filter: .ids(ids))
          == index.search(queries, count: 10, effort: 80, filter: filter))
    }
    // Only what fits the first query worst.
    let far = Set(VectorSamples.exact(queries[0], among: vectors, count: 4000, metric: .cosine).suffix(1500))
    let found = try index.search(queries[0], count: 10, effort: 40, filter: .ids(far))
    let expected = VectorSamples.exact(
      queries[0], among: vectors.filter { far.contains($0.id) }, count: 10, metric: .cosine)
    #expect(Set(found.map(\.id)).intersection(expected).count >= 9)
    #expect(try index.search(queries[0], count: 3, filter: .ids([])).isEmpty)
  }

  @Test(
    "after half of the vectors were removed, one by one or at once, the rest is found as well as before",
    arguments: [1, 500])
  func removal(step: Int) throws {
    let samples = VectorSamples(dimension: 24, seed: 4)
    let vectors = entries(samples.clustered(3000, centres: 12))
    let index = try index(24)
    try index.add(contentsOf: vectors)
    let queries = samples.clustered(60, centres: 12, named: "queries")
    let before = try recall(index, queries, among: vectors, effort: 24)
    // Whole neighbourhoods go, not only one vector here and there.
    func isGone(_ id: Int64) -> Bool { id % 4 == 0 || id / 100 % 3 == 0 }
    let gone = vectors.map(\.id).filter(isGone)
    for start in stride(from: 0, to: gone.count, by: step) {
      #expect(index.remove(gone[start..<min(start + step, gone.count)]) == min(step, gone.count - start))
    }
    let rest = vectors.filter { !isGone($0.id) }
    #expect(index.ids == rest.map(\.id))
    #expect(try recall(index, queries, among: rest, effort: 24) > before - 0.02)
    #expect(try index.search(queries, count: 50).allSatisfy { $0.allSatisfy { !gone.contains($0.id) } })
  }

  @Test("a vector that is added again takes the place of the old one")
  func replacing() throws {
    let samples = VectorSamples(dimension: 16, seed: 6)
    let index = try index(16)
    try index.add(contentsOf: entries(samples.uniform(1500)))
    let renewed = entries(samples.uniform(1500, named: "new"))
    try index.add(contentsOf: renewed.shuffledByStride())
    #expect(index.count == 1500)
    for entry in renewed.prefix(200) { #expect(try index.search(entry.vector, count: 1).first?.id == entry.id) }
    #expect(try recall(index, samples.uniform(30, named: "queries"), among: renewed, effort: 100) > 0.95)
    // Of two with the same id in one call the last one counts.
    try index.add(contentsOf: [(id: 5, vector: renewed[7].vector), (id: 5, vector: renewed[9].vector)])
    #expect(try index.search(renewed[9].vector, count: 2).map(\.id) == [5, 9])
  }

  @Test("many equal vectors are all found, and do not hide the others")
  func equalVectors() throws {
    let samples = VectorSamples(dimension: 12, seed: 7)
    let index = try index(12)
    let others = samples.uniform(1000)
    try index.add(contentsOf: (0..<600).map { (id: Int64($0), vector: others[0]) })
    try index.add(contentsOf: others.dropFirst().enumerated().map { (id: Int64($0) + 1000, vector: $1) })
    #expect(try index.search(others[0], count: 5).map(\.score).allSatisfy { $0 > 0.999 })
    let found = try index.search(Array(others.dropFirst()), count: 1)
    #expect(zip(found, 1000...).count { $0.first?.id == Int64($1) } > 980)
  }

  @Test("an index whose vectors were all removed can be filled again")
  func refill() throws {
    let samples = VectorSamples(dimension: 10, seed: 9)
    let index = try index(10)
    for round in 0..<3 {
      let vectors = entries(samples.uniform(300, named: "round \(round)"))
      try index.add(contentsOf: vectors)
      #expect(try index.search(vectors[17].vector, count: 1).first?.id == 17)
      #expect(index.remove(vectors.map(\.id)) == 300)
      #expect(index.count == 0)
      #expect(try index.search(vectors[0].vector, count: 3).isEmpty)
    }
  }
}

extension Array {
  /// Another order of the same elements.
  fileprivate func shuffledByStride() -> [Element] { indices.map { self[($0 * 7) % count] } }
}
