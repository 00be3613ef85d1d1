import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Conversion of sharded files")
struct ShardConversionTests {
  private func shards(_ folder: TemporaryFolder, limit: Int = 6000) throws -> [String] {
    try ModelConversion(type: .format(.f32), sharding: .limit(limit)).convert(
      GoldenModel.fixture("llama").path(), to: folder.file("m.gguf")
    ).files
  }

  @Test("a file is written in shards, each within the limit unless it holds one tensor, and read as one model")
  func written() throws {
    let folder = try TemporaryFolder()
    let files = try shards(folder)
    let count = files.count
    #expect(count > 2)
    #expect(
      files.enumerated().allSatisfy {
        let suffix = String(format: "-%05d-of-%05d.gguf", $0.offset + 1, count)
        return $0.element == folder.file("m\(suffix)")
      })
    for (index, path) in files.enumerated() {
      let file = try GGUFFile.open(path)
      #expect(try file.metadata.int(for: "split.no") == index && file.metadata.int(for: "split.count") == count)
      let bytes = file.tensorNames.reduce(0) { $0 + (file.info($1)?.byteCount ?? 0) }
      #expect(bytes <= 6000 || file.tensorNames.count == 1)
      #expect(file.metadata.contains("llama.block_count") == (index == 0))
    }
    _ = try ModelConversion(type: .format(.f32)).convert(
      GoldenModel.fixture("llama").path(), to: folder.file("whole.gguf"))
    let whole = try GGUFModel.open(folder.file("whole.gguf"))
    let model = try GGUFModel.open(files[1])
    #expect(Set(model.tensorNames) == Set(whole.tensorNames))
    for name in whole.tensorNames {
      #expect(try model.stored(name).float32().toArray() == whole.stored(name).float32().toArray())
    }
  }

  @Test("shards are joined into the file that would have been written, and a file is cut into shards")
  func rewritten() throws {
    let folder = try TemporaryFolder()
    let files = try shards(folder)
    let joined = try ModelConversion().convert(files[0], to: folder.file("joined.gguf"))
    #expect(joined.files == [folder.file("joined.gguf")])
    _ = try ModelConversion(type: .format(.f32)).convert(
      GoldenModel.fixture("llama").path(), to: folder.file("whole.gguf"))
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.file("joined.gguf")))
        == Data(contentsOf: URL(fileURLWithPath: folder.file("whole.gguf"))))
    let cut = try ModelConversion(sharding: .limit(6000)).convert(folder.file("whole.gguf"), to: folder.file("n.gguf"))
    for (one, other) in zip(cut.files, files) {
      #expect(try Data(contentsOf: URL(fileURLWithPath: one)) == Data(contentsOf: URL(fileURLWithPath: other)))
    }
  }

  @Test("a file gets another type; vectors, routers and what else is no matrix to multiply with stay as they are")
  func retyped() throws {
    let folder = try TemporaryFolder()
    _ = try ModelConversion(type: .format(.f32)).convert(
      GoldenModel.fixture("mixtral").path(), to: folder.file("whole.gguf"))
    let report = try ModelConversion(type: .format(.q8_0)).convert(
      folder.file("whole.gguf"), to: folder.file("q8.gguf"))
    #expect(report.remarks.isEmpty)
    let packed = try GGUFModel.open(folder.file("q8.gguf"))
    #expect(try packed.metadata.int(for: "general.file_type") == 7)
    for name in packed.tensorNames {
      let info = try #require(packed.info(name))
      let stays = info.shape.rank < 2 || name.contains("ffn_gate_inp")
      let fits = info.shape[-1] % 32 == 0
      #expect(info.type == (stays ? .dense(.f32) : fits ? .packed(.q8_0) : .dense(.f16)), "\(name)")
      #expect(report.widened.contains(.init(name: name, type: "F16")) == (!stays && !fits))
    }
    let plain = try ModelConversion(type: .format(.f16)).convert(folder.file("q8.gguf"), to: folder.file("f16.gguf"))
    #expect(plain.remarks.isEmpty)
    let again = try ModelConversion(type: .format(.q4_0)).convert(folder.file("q8.gguf"), to: folder.file("q4.gguf"))
    #expect(again.remarks.contains { $0.contains("twice") } == report.types.keys.contains("Q8_0"))
  }

  @Test("a missing and a damaged shard are named")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let files = try shards(folder)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: files[1]))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: files[1]))
    let cut = #expect(throws: FormatError.self) { try GGUFModel.open(files[0]) }
    #expect(cut?.file == files[1])
    try FileManager.default.removeItem(atPath: files[1])
    let missing = #expect(throws: FormatError.self) { try GGUFModel.open(files[0]) }
    #expect(missing?.code == .missing && missing?.expected.contains(files[1]) == true)
    let convert = #expect(throws: ModelLoadError.self) {
      try ModelConversion().convert(files[0], to: folder.file("again"))
    }
    #expect(convert?.code == .file && "\(String(describing: convert))".contains("-00002-of-"))
  }

  @Test("files that are there already are not replaced")
  func taken() throws {
    let folder = try TemporaryFolder()
    let files = try shards(folder)
    let before = try Data(contentsOf: URL(fileURLWithPath: files[2]))
    #expect(throws: ModelLoadError.self) { try shards(folder) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: files[2])) == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count == files.count)
  }
}
