import InkChat
package import InkIndex
package import InkTensor

/// The speed of searches for vectors, on vectors from files.
///
/// A folder holds `vectors.f32` and `queries.f32`, rows of 32-bit floats, and `truth.i32`, the ten best row numbers of
/// each query by cosine. There are as many queries as `truth.i32` has tens of numbers, which gives the length of a row.
package struct VectorReport: Sendable {
  /// What is measured of an index.
  private struct Measured: Sendable {
    let index: VectorIndex
    let buildSeconds: Double
    let memory: Int
    var searches: [(what: String, recall: Double, rate: Double)] = []
  }

  /// How many of the best are looked for.
  private static let count = 10
  /// Queries that a flat index is asked, which looks at everything each time.
  private static let flatQueries = 100
  /// Candidates of a walk: from fast and rough to slow and near.
  private static let efforts = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384]

  private let vectors: [[Float]]
  private let queries: [[Float]]
  private let truth: [Set<Int64>]
  private var indexes: [Measured] = []

  /// Reads the files.
  ///
  /// - Throws: `cannotOpen` for a file that is missing, `shapeMismatch` where the sizes do not fit each other.
  package init(folder: String) throws(TensorError) {
    let truthFile = try MappedFile.open(folder + "/truth.i32")
    let ids = truthFile.numbers(of: Int32.self, in: 0..<truthFile.byteCount / 4 * 4)
    let queryCount = ids.count / Self.count
    let queryFile = try MappedFile.open(folder + "/queries.f32")
    guard queryCount > 0, queryFile.byteCount % (queryCount * 4) == 0, queryFile.byteCount > 0 else {
      throw TensorError(
        .shapeMismatch, context: folder, expected: "ten numbers in truth.i32 for every row of queries.f32",
        found: "\(ids.count) numbers and \(queryFile.byteCount) bytes")
    }
    let dimension = queryFile.byteCount / 4 / queryCount
    let vectorFile = try MappedFile.open(folder + "/vectors.f32")
    guard vectorFile.byteCount % (dimension * 4) == 0 else {
      throw TensorError(
        .shapeMismatch, context: folder + "/vectors.f32", expected: "rows of \(dimension) floats",
        found: "\(vectorFile.byteCount) bytes")
    }
    vectors = Self.rows(of: vectorFile, dimension)
    queries = Self.rows(of: queryFile, dimension)
    truth = (0..<queryCount).map { query in
      Set(ids[query * Self.count..<(query + 1) * Self.count].map(Int64.init))
    }
  }

  private static func rows(of file: Storage, _ dimension: Int) -> [[Float]] {
    (0..<file.byteCount / (dimension * 4)).map { row in
      file.numbers(of: UInt32.self, in: row * dimension * 4..<(row + 1) * dimension * 4)
        .map(Float.init(bitPattern:))
    }
  }

  /// Builds an index.
  ///
  /// - Parameter cpu: the threads of a graph's construction. A walk over it is one thread's work; flat indexes get one
  ///   thread, so that they search with one too.
  package mutating func build(
    _ storage: VectorSettings.Storage, _ kind: VectorSettings.Kind, on cpu: CPU
  ) throws(IndexError) {
    let threads =
      switch kind {
      case .flat: CPU(threads: 1)
      case .hnsw: cpu
      }
    let settings = VectorSettings(dimension: queries[0].count, storage: storage, kind: kind)
    let index = try VectorIndex(settings, cpu: threads)
    let entries = vectors.enumerated().map { (id: Int64($0), vector: $1) }
    let seconds = try Self.seconds { () throws(IndexError) in try index.add(contentsOf: entries) }.seconds
    indexes.append(Measured(index: index, buildSeconds: seconds, memory: index.memory))
  }

  /// Searches all indexes by one thread, in the place of the numbers of the time before: one query after another, and in
  /// a flat index all at once as well.
  package mutating func search() throws(IndexError) {
    for place in indexes.indices {
      let index = indexes[place].index
      var searches: [(what: String, recall: Double, rate: Double)] = []
      switch index.settings.kind {
      case .flat:
        let some = Array(queries.prefix(Self.flatQueries))
        try searches.append(oneByOne(index, some, effort: nil, what: "one query at a time"))
        let (found, seconds) = try Self.seconds { () throws(IndexError) in
          try index.search(some, count: Self.count)
        }
        searches.append((what: "all at once", recall(found), Double(some.count) / seconds))
      case .hnsw:
        for effort in Self.efforts {
          try searches.append(oneByOne(index, queries, effort: effort, what: "effort \(effort)"))
        }
      }
      indexes[place].searches = searches
    }
  }

  private func oneByOne(
    _ index: VectorIndex, _ queries: [[Float]], effort: Int?, what: String
  ) throws(IndexError) -> (what: String, recall: Double, rate: Double) {
    let (found, seconds) = try Self.seconds { () throws(IndexError) in
      var found: [[VectorMatch]] = []
      for query in queries { found.append(try index.search(query, count: Self.count, effort: effort)) }
      return found
    }
    return (what, recall(found), Double(queries.count) / seconds)
  }

  private func recall(_ found: [[VectorMatch]]) -> Double {
    let hits = zip(found, truth).map { found, truth in found.count { truth.contains($0.id) } }
    return Double(hits.reduce(0, +)) / Double(found.count * Self.count)
  }

  private static func seconds<Result>(
    _ body: () throws(IndexError) -> Result
  ) throws(IndexError) -> (result: Result, seconds: Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    return (result, start.duration(to: clock.now).inSeconds)
  }

  private static func name(_ kind: VectorSettings.Kind) -> String {
    switch kind {
    case .flat: "flat"
    case .hnsw: "hnsw"
    }
  }

  private static func name(_ storage: VectorSettings.Storage) -> String {
    switch storage {
    case .float32: "float32"
    case .int8(rescoring: .none): "int8"
    case .int8(rescoring: .float32): "int8+float32"
    }
  }

  /// The JSON object.
  package var json: Report {
    let rows = indexes.map { index -> Report in
      let searches = index.searches.map { search -> Report in
        [
          "what": .string(search.what), "recall": .number(search.recall),
          "queries_per_second": .number(search.rate),
        ]
      }
      return [
        "kind": .string(Self.name(index.index.settings.kind)),
        "storage": .string(Self.name(index.index.settings.storage)),
        "build_seconds": .number(index.buildSeconds), "memory_bytes": .whole(index.memory),
        "searches": .array(searches),
      ]
    }
    return ["vectors": .whole(vectors.count), "dimension": .whole(queries[0].count), "indexes": .array(rows)]
  }

  /// A table for a person.
  package var lines: [String] {
    var cells: [[String]] = []
    for index in indexes {
      let name = "\(Self.name(index.index.settings.kind)) \(Self.name(index.index.settings.storage))"
      cells.append([name, "built in", Amount.decimal(index.buildSeconds, digits: 1), "s"])
      cells.append([name, "memory", Amount.bytes(UInt64(clamping: index.memory)), ""])
      for search in index.searches {
        cells.append([
          name, search.what, Amount.decimal(search.rate, digits: 0),
          "queries/s, recall \(Amount.decimal(search.recall, digits: 4))",
        ])
      }
    }
    return TextTable.lines(cells, alignments: [.left, .left, .right, .left])
  }
}
