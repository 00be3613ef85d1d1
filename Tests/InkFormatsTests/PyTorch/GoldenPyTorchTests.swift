import Foundation
import InkFormats
import InkTensor
import Testing

@Suite("Golden: PyTorch files")
struct GoldenPyTorchTests {
  @Test(
    "views, shared storages and every layout read as PyTorch reads them",
    arguments: ["pytorch_model.bin", "nested.pt", "legacy_no_zip.bin"])
  func values(_ name: String) throws {
    let file = try PyTorchFile.open(GoldenData.path("formats/\(name)"))
    try expectValues(try GoldenData.json("formats/expected.json")["pytorch_model.bin"], in: file)
  }

  @Test("what is no tensor is listed")
  func skipped() throws {
    let file = try PyTorchFile.open(GoldenData.path("formats/nested.pt"))
    #expect(Set(file.skipped) == ["step", "lr", "name", "list", "tuple"])
  }

  @Test("a plain tensor of a ZIP file is a view of the mapped file, and a shared storage is shared")
  func views() throws {
    let file = try PyTorchFile.open(GoldenData.path("formats/pytorch_model.bin"))
    let (first, second) = (try file.stored("shared_a"), try file.stored("shared_b"))
    #expect(first.storage === second.storage && first.byteRange == second.byteRange)
    #expect(try file.stored("plain").storage === first.storage)
    #expect(try file.stored("transposed").storage !== first.storage)
  }
}

@Suite("PyTorch files of every kind")
struct PyTorchFileTests {
  static func path(_ name: String) -> String { GoldenData.fixtures + "/formats/pytorch/\(name)" }

  @Test(
    "every element type reads the same from each protocol and container",
    arguments: ["protocol2", "protocol3", "protocol4", "protocol5", "no_zip"])
  func types(_ kind: String) throws {
    let file = try PyTorchFile.open(Self.path("every_type_\(kind).pt"))
    try expectSame(file, try SafetensorsFile.open(Self.path("every_type.safetensors")))
    #expect(Set(file.skipped) == ["epoch", "dtype", "size", "device", "score", "seen", "big", "raw"])
  }

  @Test("the state dictionary of a module reads with its metadata and attributes of parameters left out")
  func module() throws {
    let file = try PyTorchFile.open(Self.path("module.bin"))
    try expectSame(file, try SafetensorsFile.open(Self.path("module.safetensors")))
  }

  @Test("dictionaries inside the state dictionary become parts of the names")
  func nested() throws {
    let file = try PyTorchFile.open(Self.path("nested_names.pt"))
    try expectSame(file, try SafetensorsFile.open(Self.path("nested_names.safetensors")))
    #expect(file.skipped == ["optimizer"])
  }

  @Test(
    "what is more than weights is refused by name",
    arguments: [
      ("call", "system"), ("module", "Linear"), ("sparse", "sparse"), ("complex", "Complex"), ("list", "list"),
      ("script", "TorchScript"),
    ])
  func refused(kind: String, name: String) throws {
    let error = try #require(
      formatError { () throws(FormatError) in try PyTorchFile.open(Self.path("refused_\(kind).pt")) })
    #expect(error.code == .unsupported && !error.hint.isEmpty, "\(error)")
    #expect(error.found.localizedCaseInsensitiveContains(name) || kind == "module", "\(error)")
  }

  @Test("shards read as one source through their index")
  func shards() throws {
    let folder = try TemporaryFolder()
    try folder.write(try GoldenData.bytes(Self.path("module.bin")), to: "a.bin")
    try folder.write(try GoldenData.bytes(Self.path("nested_names.pt")), to: "b.bin")
    let members = try SafetensorsFile.open(Self.path("module.safetensors")).tensorNames.map { "\"\($0)\": \"a.bin\"" }
    let others = try SafetensorsFile.open(Self.path("nested_names.safetensors")).tensorNames.map {
      "\"\($0)\": \"b.bin\""
    }
    let text = "{\"weight_map\": {\((members + others).joined(separator: ", "))}}"
    try folder.write(text, to: "pytorch_model.bin.index.json")
    try folder.write("{}", to: "config.json")
    let model = try ModelFolder.open(folder.path)
    #expect(model.weights == .shardedPyTorch(index: folder.path("pytorch_model.bin.index.json")))
    #expect(try model.weights.open().tensorNames.count == members.count + others.count)
    try folder.write("{\"weight_map\": {\"x\": \"../a.bin\"}}", to: "pytorch_model.bin.index.json")
    #expect(formatError { () throws(FormatError) in try model.weights.open() }?.code == .malformed)
  }
}
