import InkFormats
import InkTensor
import Testing

@Suite("Safetensors: writing")
struct SafetensorsWriterTests {
  private let tensors = (0..<5).map { index in
    StoredTensor(name: "t\(index)", Tensor((0..<8).map { Float($0 * index) }, shape: [2, 4]))
  }

  @Test("data over the limit goes into shards with an index that lists them")
  func shards() throws {
    let folder = try TemporaryFolder()
    let names = try SafetensorsWriter(sharding: .limit(64)).write(tensors, intoFolder: folder.path)
    #expect(names.count == 4 && names.last == "model.safetensors.index.json" && folder.names == names.sorted())
    let model = try SafetensorsModel.open(folder.path("model.safetensors.index.json"))
    #expect(model.files.count == 3 && model.tensorNames == tensors.map(\.name))
    for tensor in tensors { #expect(try model.stored(tensor.name).bytes == tensor.bytes) }
  }

  @Test("data under the limit goes into one file")
  func single() throws {
    let folder = try TemporaryFolder()
    #expect(try SafetensorsWriter().write(tensors, intoFolder: folder.path) == ["model.safetensors"])
    #expect(try SafetensorsModel.open(folder.path("model.safetensors")).tensorNames.count == tensors.count)
  }

  @Test("a write that fails leaves the old file and no other")
  func atomic() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "model.safetensors")
    let twice = [tensors[0], tensors[0]]
    #expect(
      formatError { () throws(FormatError) in
        try SafetensorsWriter().write(twice, to: folder.path("model.safetensors"))
      }?.code == .duplicate)
    let packed = try StoredTensor(name: "p", Tensor([Float](repeating: 1, count: 32), shape: [1, 32]), as: .q8_0)
    #expect(
      formatError { () throws(FormatError) in
        try SafetensorsWriter().write([packed], to: folder.path("model.safetensors"))
      }?.code == .unsupported)
    #expect(folder.names == ["model.safetensors"])
    #expect(try GoldenData.bytes(folder.path("model.safetensors")) == Array("old".utf8))
    #expect(
      formatError { () throws(FormatError) in
        try SafetensorsWriter().write(tensors, to: folder.path("absent/model.safetensors"))
      }?.code == .cannotWrite)
  }

  @Test("a written file is the same bytes again, and wide types come first")
  func layout() throws {
    let folder = try TemporaryFolder()
    let half = StoredTensor(
      name: "half", try Tensor(storage: Storage.copying([0, 60]), byteOffset: 0, dtype: .f16, shape: [1]))
    try SafetensorsWriter().write([half] + tensors, to: folder.path("a.safetensors"))
    let file = try SafetensorsFile.open(folder.path("a.safetensors"))
    #expect(file.tensorNames.last == "half")
    #expect(try file.stored("t0").byteRange.lowerBound % 8 == 0)
    try SafetensorsWriter(metadata: file.metadata).write(
      file.tensorNames.compactMap { file.find($0) }, to: folder.path("b.safetensors"))
    #expect(try GoldenData.bytes(folder.path("a.safetensors")) == GoldenData.bytes(folder.path("b.safetensors")))
  }

  @Test("the error for an absent tensor names the nearest one")
  func nearest() throws {
    let source = try TensorCollection(tensors)
    let error = try #require(formatError { () throws(FormatError) in try source.stored("t9") })
    #expect(error.code == .missing && error.hint.contains("\"t"))
  }
}
