import Foundation
import InkFormats
import InkTensor
import Testing

@Suite("Differences of weights")
struct WeightDeltaTests {
  /// A model folder of random numbers, `rows` of them in the embedding.
  private func model(
    _ seed: UInt64, rows: Int = 7, in root: TemporaryFolder, _ name: String, dtype: DType = .f16
  ) throws -> String {
    let path = root.path(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var random = MutationTests.Random(state: seed)
    func tensor(_ name: String, _ shape: Shape) throws -> StoredTensor {
      let values = (0..<shape.elementCount).map { _ in Float(random.below(4001) - 2000) / 977 }
      return try StoredTensor(name: name, rounding: Tensor(values, shape: shape), to: dtype)
    }
    let ids = StoredTensor(name: "ids", Tensor([0, 1, 2], shape: [3]))
    let tensors = [
      try tensor("embed", [rows, 5]), try tensor("matrix", [9, 11]), try tensor("norm", [5]), try tensor("scalar", []),
      try StoredTensor(name: "ids", type: .dense(.i32), shape: [3], storage: ids.storage, byteRange: ids.byteRange),
    ]
    try SafetensorsWriter(sharding: .limit(128)).write(tensors, intoFolder: path)
    try root.write("{\"model_type\": \"\(name)\"}", to: "\(name)/config.json")
    try root.write("tokens of \(name)", to: "\(name)/merges.txt")
    return path
  }

  private func error(_ body: () throws(FormatError) -> DeltaReport) -> FormatError? {
    do {
      _ = try body()
      return nil
    } catch { return error }
  }

  @Test("base and differences give the target back, with its other files", arguments: [DType.f16, .bf16, .f32])
  func roundTrip(dtype: DType) throws {
    let root = try TemporaryFolder()
    let base = try model(1, in: root, "base", dtype: dtype)
    let target = try model(2, in: root, "target", dtype: dtype)
    let delta = WeightDelta(sharding: .limit(200))
    let made = try delta.make(base: base, target: target, into: root.path("delta"))
    #expect(made.tensors == 5 && made.copiedTensors == ["ids"] && made.isVerified && made.files.count > 2)
    let applied = try delta.apply(base: base, delta: root.path("delta"), into: root.path("again"))
    #expect(applied.isVerified && applied.tensors == 5)
    let folder = try ModelFolder.open(root.path("again"))
    #expect(try folder.config["model_type"].string == "target")
    #expect(try GoldenData.bytes(root.path("again/merges.txt")) == Array("tokens of target".utf8))
    let (found, wanted) = (try folder.weights.open(), try ModelFolder.open(target).weights.open())
    #expect(Set(found.tensorNames) == Set(wanted.tensorNames))
    var inexact = 0
    for name in wanted.tensorNames {
      let (first, second) = (try found.stored(name).float32().toArray(), try wanted.stored(name).float32().toArray())
      #expect(try found.stored(name).type == (try wanted.stored(name).type))
      for (a, b) in zip(first, second) where a != b {
        inexact += 1
        #expect((a - b).magnitude <= made.largestDeviation)
      }
    }
    #expect(inexact == made.inexactElements)
    #expect(try ChecksumList.open(root.path("again")).check(root.path("again")) == ChecksumList.Finding())
    #expect(!FileManager.default.fileExists(atPath: root.path("again/delta.json")))
    #expect(root.names == ["again", "base", "delta", "target"])
  }

  @Test("a difference is target minus base in f32, rounded to the target's type")
  func arithmetic() throws {
    let root = try TemporaryFolder()
    let base = try model(3, in: root, "base", dtype: .bf16)
    let target = try model(4, in: root, "target", dtype: .f16)
    _ = try WeightDelta().make(base: base, target: target, into: root.path("delta"))
    let delta = try SafetensorsModel.open(root.path("delta/model.safetensors"))
    let (left, right) = (try ModelFolder.open(target).weights.open(), try ModelFolder.open(base).weights.open())
    for name in ["embed", "matrix", "norm", "scalar"] {
      let values = zip(try left.stored(name).float32().toArray(), try right.stored(name).float32().toArray())
        .map { $0 - $1 }
      let found = try delta.stored(name)
      #expect(found.type == .dense(.f16))
      #expect(found.bytes == NarrowFloat.f16.encode(values), "\(name)")
    }
  }

  @Test("a vocabulary that has grown is refused unless padded rows are allowed, and then stated")
  func padding() throws {
    let root = try TemporaryFolder()
    let base = try model(5, in: root, "base")
    let target = try model(6, rows: 9, in: root, "target")
    let refused = try #require(
      error { () throws(FormatError) in
        try WeightDelta().make(base: base, target: target, into: root.path("delta"))
      })
    #expect(refused.code == .shapeMismatch && refused.context.contains("embed") && refused.hint.contains("padded"))
    #expect(root.names == ["base", "target"])
    let delta = WeightDelta(padding: .keepNewRows)
    #expect(try delta.make(base: base, target: target, into: root.path("delta")).paddedTensors == ["embed"])
    let report = try WeightDelta().apply(base: base, delta: root.path("delta"), into: root.path("again"))
    #expect(report.paddedTensors == ["embed"] && report.isVerified)
    let found = try ModelFolder.open(root.path("again")).weights.open().stored("embed").rows(7..<9)
    let wanted = try ModelFolder.open(target).weights.open().stored("embed").rows(7..<9)
    #expect(found.bytes == wanted.bytes)
  }

  @Test("another base, a damaged difference and a missing tensor are refused, and nothing is left")
  func refusals() throws {
    let root = try TemporaryFolder()
    let base = try model(7, in: root, "base")
    let other = try model(8, in: root, "other")
    let target = try model(9, in: root, "target")
    _ = try WeightDelta().make(base: base, target: target, into: root.path("delta"))
    let names = root.names
    let wrong = try #require(
      error { () throws(FormatError) in
        try WeightDelta().apply(base: other, delta: root.path("delta"), into: root.path("again"))
      })
    #expect(wrong.code == .malformed && wrong.hint.contains("another base"))
    #expect(root.names == names)
    var bytes = try GoldenData.bytes(root.path("delta/model.safetensors"))
    bytes[bytes.count - 1] ^= 1
    try root.write(bytes, to: "delta/model.safetensors")
    let damaged = try #require(
      error { () throws(FormatError) in
        try WeightDelta().apply(base: base, delta: root.path("delta"), into: root.path("again"))
      })
    #expect(damaged.found.contains("model.safetensors"))
    // Without the list the digest of the result still tells.
    try FileManager.default.removeItem(atPath: root.path("delta/SHA256SUMS"))
    let unlisted = try #require(
      error { () throws(FormatError) in
        try WeightDelta().apply(base: base, delta: root.path("delta"), into: root.path("again"))
      })
    #expect(unlisted.context.contains("result"))
    #expect(root.names == names)
    let exists = error { () throws(FormatError) in
      try WeightDelta().make(base: base, target: target, into: root.path("delta"))
    }
    #expect(exists?.code == .cannotWrite)
  }

  @Test("a sum that is listed is checked, a file that is not listed is named, and no name leaves the folder")
  func checksums() throws {
    let folder = try TemporaryFolder()
    try folder.write("one", to: "a.txt")
    try folder.write("two", to: "b.txt")
    try ChecksumList.computing(folder.path).write(folder.path)
    // What sha256sum prints for these files.
    let expected = """
      7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a.txt
      3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3  b.txt

      """
    #expect(String(decoding: try GoldenData.bytes(folder.path("SHA256SUMS")), as: UTF8.self) == expected)
    try folder.write("changed", to: "a.txt")
    try folder.write("new", to: "c.txt")
    let finding = try ChecksumList.open(folder.path).check(folder.path)
    #expect(finding.changed == ["a.txt"] && finding.unlisted == ["c.txt"] && finding.missing.isEmpty)
    for line in ["x  a.txt", String(repeating: "a", count: 64) + "  ../a.txt", String(repeating: "a", count: 64)] {
      try folder.write(line, to: "SHA256SUMS")
      #expect(formatError { () throws(FormatError) in try ChecksumList.open(folder.path) }?.code == .malformed)
    }
  }
}
