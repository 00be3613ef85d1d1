import Foundation
import InkIndex
import InkTensor
import Testing

@Suite struct VectorFileTests {
  private static let kinds: [VectorSettings.Kind] = [.flat, .hnsw(connections: 4, construction: 20)]
  private static let storages: [VectorSettings.Storage] = [
    .float32, .int8(rescoring: .float32), .int8(rescoring: .none),
  ]

  /// A folder that is gone at the end.
  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ink-vectors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  private func sample(
    _ kind: VectorSettings.Kind, _ storage: VectorSettings.Storage, count: Int
  ) throws -> (index: VectorIndex, queries: [[Float]]) {
    let samples = VectorSamples(dimension: 19, seed: 8)
    let settings = VectorSettings(dimension: 19, metric: .euclidean, storage: storage, kind: kind, seed: 5)
    let index = try VectorIndex(settings, cpu: CPU(threads: 2))
    try index.add(contentsOf: samples.uniform(count).enumerated().map { (id: Int64($0) - 40, vector: $1) })
    return (index, samples.uniform(6, named: "queries"))
  }

  @Test(
    "an index that was saved and opened gives the same results, before and after further changes", arguments: kinds,
    storages)
  func roundTrip(kind: VectorSettings.Kind, storage: VectorSettings.Storage) throws {
    try withFolder { folder in
      let (index, queries) = try sample(kind, storage, count: 700)
      index.remove([3, 4, 5, 600, -40])
      let path = folder + "/a.vectors"
      try index.save(path)
      let opened = try VectorIndex.open(path, cpu: CPU(threads: 1))
      #expect(opened.settings == index.settings)
      #expect(opened.ids == index.ids)
      #expect(try opened.search(queries, count: 9, effort: 12) == index.search(queries, count: 9, effort: 12))
      for changed in [index, opened] {
        changed.remove((100..<300).map(Int64.init))
        try changed.add(
          contentsOf: VectorSamples(dimension: 19, seed: 8).uniform(150, named: "more").enumerated().map {
            (id: Int64($0) + 200, vector: $1)
          })
      }
      #expect(try opened.search(queries, count: 9, effort: 12) == index.search(queries, count: 9, effort: 12))
      // What was changed after it was opened can be saved over the file that it was opened from.
      try opened.save(path)
      let again = try VectorIndex.open(path)
      #expect(again.ids == opened.ids)
      #expect(try again.search(queries, count: 9, effort: 12) == opened.search(queries, count: 9, effort: 12))
    }
  }

  @Test(
    "removing from an opened index leaves its file as it was, and nothing of what was removed in the next one",
    arguments: kinds, storages)
  func removedFromFile(kind: VectorSettings.Kind, storage: VectorSettings.Storage) throws {
    try withFolder { folder in
      let (index, queries) = try sample(kind, storage, count: 700)
      let path = folder + "/a.vectors"
      try index.save(path)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let opened = try VectorIndex.open(path, cpu: CPU(threads: 2))
      for changed in [index, opened] { changed.remove((50..<250).map(Int64.init)) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
      #expect(opened.ids == index.ids)
      #expect(try opened.search(queries, count: 9) == index.search(queries, count: 9))
      try index.save(folder + "/made")
      try opened.save(folder + "/opened")
      let saved = try Data(contentsOf: URL(fileURLWithPath: folder + "/opened"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/made")) == saved)
    }
  }

  @Test("nothing of a removed vector is in the file")
  func noTrace() throws {
    try withFolder { folder in
      let settings = VectorSettings(dimension: 8, metric: .innerProduct, storage: .float32)
      let index = try VectorIndex(settings, cpu: CPU(threads: 1))
      let secret: [Float] = [1.25, 2.5, 3.75, 4.5, 5.25, 6.125, 7.5, 8.25]
      try index.add(
        contentsOf: VectorSamples(dimension: 8, seed: 1).uniform(100).enumerated().map { (id: Int64($0), vector: $1) })
      try index.add(id: 777_777_777, vector: secret)
      index.remove(777_777_777)
      try index.save(folder + "/a")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/a"))
      #expect(bytes.range(of: secret.withUnsafeBytes { Data($0) }) == nil)
      #expect(bytes.range(of: withUnsafeBytes(of: Int64(777_777_777)) { Data($0) }) == nil)
    }
  }

  @Test("a changed byte anywhere gives an error or the same results, a shortened file an error", arguments: kinds)
  func damage(kind: VectorSettings.Kind) throws {
    try withFolder { folder in
      let (index, queries) = try sample(kind, .int8(rescoring: .float32), count: 90)
      let expected = try index.search(queries, count: 5)
      try index.save(folder + "/a")
      let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/a")))
      let path = folder + "/b"
      let cpu = CPU(threads: 1)
      var refused = 0
      // All of the header, and places in every other region.
      for place in Array(0..<320) + Array(stride(from: 320, to: good.count, by: 53)) {
        var bytes = good
        bytes[place] ^= UInt8(1 << (place % 8))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do throws(IndexError) {
          let found = try VectorIndex.open(path, cpu: cpu).search(queries, count: 5)
          #expect(found == expected)
        } catch {
          refused += 1
        }
      }
      #expect(refused > good.count / 80)
      for length in [0, 1, 7, 8, 100, 319, 320, 321, good.count / 2, good.count - 65] {
        try Data(good.prefix(length)).write(to: URL(fileURLWithPath: path))
        #expect(throws: IndexError.self) { try VectorIndex.open(path, cpu: cpu) }
      }
    }
  }

  @Test("a path that cannot be read or written is an error that names it")
  func paths() throws {
    #expect { try VectorIndex.open("/nowhere/at/all") } throws: { error in
      guard let error = error as? IndexError else { return false }
      return error.code == .file && error.context.contains("/nowhere/at/all")
    }
    let index = try VectorIndex(VectorSettings(dimension: 2), cpu: CPU(threads: 1))
    #expect { try index.save("/nowhere/at/all") } throws: { ($0 as? IndexError)?.code == .file }
  }
}
