import InkFormats
import InkTensor
import Testing

@Suite("GGUF files")
struct GGUFFileTests {
  private func everyType() -> GGUFMetadata {
    var metadata = GGUFMetadata()
    metadata["general.architecture"] = .string("llama")
    metadata["general.alignment"] = .uint32(64)
    metadata["u8"] = .uint8(255)
    metadata["i8"] = .int8(-128)
    metadata["u16"] = .uint16(.max)
    metadata["i16"] = .int16(.min)
    metadata["u32"] = .uint32(.max)
    metadata["i32"] = .int32(.min)
    metadata["u64"] = .uint64(.max)
    metadata["i64"] = .int64(.min)
    metadata["f32"] = .float32(-1.5)
    metadata["f64"] = .float64(0.1)
    metadata["flag"] = .bool(true)
    metadata["a.u8"] = .array(.uint8([1, 2]))
    metadata["a.i8"] = .array(.int8([-1]))
    metadata["a.u16"] = .array(.uint16([7]))
    metadata["a.i16"] = .array(.int16([-7]))
    metadata["a.u32"] = .array(.uint32([8]))
    metadata["a.i32"] = .array(.int32([-8, 8]))
    metadata["a.u64"] = .array(.uint64([.max]))
    metadata["a.i64"] = .array(.int64([.min]))
    metadata["a.f32"] = .array(.float32([1, 2]))
    metadata["a.f64"] = .array(.float64([3]))
    metadata["a.flag"] = .array(.bool([true, false]))
    metadata["a.text"] = .array(.strings(GGUFStringArray(["", "字", "▁x"])))
    metadata["a.none"] = .array(.strings(GGUFStringArray([])))
    metadata["nested"] = .array(.arrays([.int32([1]), .arrays([.strings(GGUFStringArray(["deep"]))]), .arrays([])]))
    return metadata
  }

  @Test("every metadata type and nested arrays come back, and the second file is the same bytes")
  func everyTypeRoundTrip() throws {
    let folder = try TemporaryFolder()
    let metadata = everyType()
    let dense = StoredTensor(name: "dense", Tensor((0..<6).map { Float($0) }, shape: [2, 3]))
    let packed = try StoredTensor(
      name: "packed", Tensor((0..<128).map { Float($0) - 64 }, shape: [2, 64]), as: .q4_0)
    try GGUFWriter(metadata: metadata).write([dense, packed], to: folder.path("a.gguf"))
    let file = try GGUFFile.open(folder.path("a.gguf"))
    #expect(file.version == 3 && file.alignment == 64 && file.metadata.keys == metadata.keys)
    for key in metadata.keys { #expect(file.metadata[key] == metadata[key], "\(key)") }
    #expect(try file.stored("packed").byteRange.lowerBound % 64 == 0)
    #expect(try file.stored("packed").bytes == packed.bytes)
    #expect(try file.tensor("dense").toArray() == [0, 1, 2, 3, 4, 5])
    try GGUFWriter(metadata: file.metadata).write(
      file.tensorNames.compactMap { file.find($0) }, to: folder.path("b.gguf"))
    #expect(try GoldenData.bytes(folder.path("a.gguf")) == GoldenData.bytes(folder.path("b.gguf")))
  }

  @Test("lookups name the key, what was expected and what was found")
  func lookups() throws {
    let metadata = everyType()
    #expect(try metadata.int(for: "i64") == .min)
    #expect(try metadata.uint(for: "u64") == .max)
    #expect(try metadata.double(for: "f32") == -1.5)
    #expect(try metadata.double(for: "u8") == 255)
    #expect(try metadata.ints(for: "a.i32") == [-8, 8])
    #expect(try metadata.strings(for: "a.text").map { $0 } == ["", "字", "▁x"])
    let wrong = try #require(formatError { () throws(FormatError) in try metadata.int(for: "general.architecture") })
    #expect(wrong.code == .typeMismatch && wrong.context.contains("general.architecture"))
    #expect(wrong.expected.contains("whole number") && wrong.found.contains("llama"))
    #expect(formatError { () throws(FormatError) in try metadata.int(for: "u64") }?.code == .typeMismatch)
    #expect(formatError { () throws(FormatError) in try metadata.uint(for: "i32") }?.code == .typeMismatch)
    let absent = try #require(formatError { () throws(FormatError) in try metadata.bool(for: "flags") })
    #expect(absent.code == .missing && absent.hint.contains("\"flag\""))
  }

  @Test("a string array hands its bytes on without making strings")
  func packedStrings() {
    let (bytes, offsets) = GGUFStringArray(["ab", "", "字"]).packed()
    #expect(bytes == Array("ab字".utf8))
    #expect(offsets == [0, 2, 2, 5])
    #expect(GGUFStringArray([]).packed().offsets == [0])
  }

  private func writeShards(_ folder: TemporaryFolder, count: Int = 3, total: Int? = nil) throws {
    for number in 0..<count {
      var metadata = GGUFMetadata()
      metadata["split.no"] = .uint16(UInt16(number))
      metadata["split.count"] = .uint16(3)
      metadata["split.tensors.count"] = .int32(Int32(total ?? count))
      let tensor = StoredTensor(name: "t\(number)", Tensor([Float(number)], shape: [1]))
      try GGUFWriter(metadata: metadata).write([tensor], to: folder.path("m-0000\(number + 1)-of-00003.gguf"))
    }
  }

  @Test("shards open as one model whichever is named")
  func shards() throws {
    let folder = try TemporaryFolder()
    try writeShards(folder)
    for number in 1...3 {
      let model = try GGUFModel.open(folder.path("m-0000\(number)-of-00003.gguf"))
      #expect(model.tensorNames == ["t0", "t1", "t2"] && model.files.count == 3)
      #expect(try model.tensor("t2").toArray() == [2])
    }
  }

  @Test("missing, foreign and misnamed shards are refused")
  func badShards() throws {
    func code(_ folder: TemporaryFolder, _ name: String) -> FormatError.Code? {
      formatError { () throws(FormatError) in try GGUFModel.open(folder.path(name)) }?.code
    }
    let incomplete = try TemporaryFolder()
    try writeShards(incomplete, count: 2)
    #expect(code(incomplete, "m-00001-of-00003.gguf") == .missing)
    let wrongTotal = try TemporaryFolder()
    try writeShards(wrongTotal, total: 9)
    #expect(code(wrongTotal, "m-00001-of-00003.gguf") == .missing)
    let folder = try TemporaryFolder()
    try writeShards(folder)
    let first = try GoldenData.bytes(folder.path("m-00001-of-00003.gguf"))
    try folder.write(first, to: "renamed.gguf")
    #expect(code(folder, "renamed.gguf") == .malformed)
    try folder.write(first, to: "m-00002-of-00003.gguf")
    #expect(code(folder, "m-00001-of-00003.gguf") == .malformed)
  }
}
