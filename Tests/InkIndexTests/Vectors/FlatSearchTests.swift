import InkIndex
import InkTensor
import Testing

@Suite struct FlatSearchTests {
  private static let storages: [VectorSettings.Storage] = [
    .float32, .int8(rescoring: .float32), .int8(rescoring: .none),
  ]

  private func settings(
    _ dimension: Int, _ metric: VectorSettings.Metric, _ storage: VectorSettings.Storage
  ) -> VectorSettings {
    VectorSettings(dimension: dimension, metric: metric, storage: storage, kind: .flat)
  }

  @Test(
    "the best by floats are those of a plain loop, whether or not codes lead to them",
    arguments: VectorSettings.Metric.allCases, [VectorSettings.Storage.float32, .int8(rescoring: .float32)])
  func exact(metric: VectorSettings.Metric, storage: VectorSettings.Storage) throws {
    let samples = VectorSamples(dimension: 37, seed: 3)
    let entries = samples.clustered(700, centres: 9).enumerated().map { (id: Int64($0 * 11 % 700), vector: $1) }
    let index = try VectorIndex(settings(37, metric, storage), cpu: CPU(threads: 2))
    try index.add(contentsOf: entries)
    for query in samples.clustered(12, centres: 9, named: "queries") {
      let found = try index.search(query, count: 10)
      #expect(found.map(\.id) == VectorSamples.exact(query, among: entries, count: 10, metric: metric))
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
    }
  }

  @Test("codes alone find nearly all of the best", arguments: VectorSettings.Metric.allCases)
  func codes(metric: VectorSettings.Metric) throws {
    let samples = VectorSamples(dimension: 96, seed: 4)
    let entries = samples.uniform(1000).enumerated().map { (id: Int64($0), vector: $1) }
    let index = try VectorIndex(settings(96, metric, .int8(rescoring: .none)), cpu: CPU(threads: 1))
    try index.add(contentsOf: entries)
    var hits = 0
    for query in samples.uniform(20, named: "queries") {
      let expected = Set(VectorSamples.exact(query, among: entries, count: 10, metric: metric))
      hits += try index.search(query, count: 10).count { expected.contains($0.id) }
    }
    #expect(hits >= 190)
  }

  @Test("results and scores are the same on every instruction set, for any number of threads and in batches")
  func sameBits() throws {
    let samples = VectorSamples(dimension: 70, seed: 5)
    let entries = samples.uniform(900).enumerated().map { (id: Int64($0), vector: $1) }
    let queries = samples.uniform(70, named: "queries")
    for storage in Self.storages {
      var first: [[VectorMatch]]?
      for set in InstructionSet.available {
        for threads in [1, 4] {
          let index = try VectorIndex(
            settings(70, .euclidean, storage), cpu: CPU(threads: threads, instructionSet: set))
          try index.add(contentsOf: entries)
          let found = try index.search(queries, count: 5)
          #expect(found == first ?? found)
          first = found
          #expect(try index.search(queries[3], count: 5) == found[3])
        }
      }
    }
  }

  @Test("equal scores come by ascending id, also where the count cuts between them")
  func ties() throws {
    let index = try VectorIndex(settings(3, .cosine, .float32), cpu: CPU(threads: 1))
    try index.add(contentsOf: [9, 4, 7, 1, 12].map { (id: $0, vector: [1, 2, 3]) })
    #expect(try index.search([1, 2, 3], count: 3).map(\.id) == [1, 4, 7])
  }
}
