import InkFormats
import InkTensor
import Testing

@Suite("Golden: GGUF")
struct GoldenGGUFTests {
  static let path = GoldenData.path("quant/gguf_file/tiny.gguf")

  @Test("metadata has the reference's order, types and values")
  func metadata() throws {
    let file = try GGUFFile.open(Self.path)
    let expected = try GoldenData.json("quant/gguf_file/expected.json")["metadata"].members
      .filter { !$0.key.hasPrefix("GGUF.") }
    #expect(file.metadata.keys == expected.map(\.key))
    for (key, node) in expected {
      let value = try #require(file.metadata[key])
      let types = try node["types"].array.map { node throws(FormatError) in try node.string }
      #expect("\(value.type)".uppercased() == types.first, "\(key)")
      if case .array(let array) = value { #expect("\(array.elementType)".uppercased() == types.last, "\(key)") }
      try compare(value, node["value"], key)
    }
  }

  private func compare(_ value: GGUFValue, _ node: JSONNode, _ key: String) throws {
    switch value {
    case .string(let text): #expect(text == (try node.string), "\(key)")
    case .bool(let flag): #expect(flag == (try node.bool), "\(key)")
    case .float32(let number): #expect(number == Float(try node.double), "\(key)")
    case .float64(let number): #expect(number == (try node.double), "\(key)")
    case .uint64(let number):
      guard case .number(let text)? = node.value else { throw node.mismatch("a number") }
      #expect(String(number) == text, "\(key)")
    case .array(let array):
      let elements = try node.array
      #expect(array.count == elements.count, "\(key)")
      switch array {
      case .strings(let list):
        #expect(Array(list) == (try elements.map { node throws(FormatError) in try node.string }))
      case .float32(let list):
        #expect(list == (try elements.map { node throws(FormatError) in Float(try node.double) }), "\(key)")
      default: #expect(array.ints == (try elements.map { node throws(FormatError) in try node.int }), "\(key)")
      }
    default: #expect(value.int == (try node.int), "\(key)")
    }
  }

  @Test("tensors have the reference's names, shapes, types and values")
  func tensors() throws {
    let file = try GGUFFile.open(Self.path)
    let decoded = try SafetensorsFile.open(GoldenData.path("quant/gguf_file/dequantized.safetensors"))
    let expected = try GoldenData.json("quant/gguf_file/expected.json")["tensors"].array
    #expect(file.tensorNames == (try expected.map { node throws(FormatError) in try node["name"].string }))
    for node in expected {
      let tensor = try file.stored(try node["name"].string)
      #expect(tensor.type.description == (try node["type"].string))
      #expect(tensor.shape.array.reversed() == (try node["ne"].array.map { node throws(FormatError) in try node.int }))
      #expect(tensor.byteRange.lowerBound == (try node["data_offset_in_file"].int))
      #expect(tensor.info.byteCount == (try node["n_bytes"].int))
      let reference = try decoded.tensor(tensor.name)
      #expect(tensor.shape == reference.shape)
      let wrong = zip(try tensor.float32().toArray(), reference.toArray()).filter { abs($0 - $1) > 1e-6 * abs($1) }
      #expect(wrong.isEmpty, "\(tensor.name)")
    }
  }

  @Test("what is written again has the same content, and then the same bytes")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let file = try GGUFFile.open(Self.path)
    let writer = GGUFWriter(metadata: file.metadata)
    try writer.write(file.tensorNames.compactMap { file.find($0) }, to: folder.path("once.gguf"))
    let once = try GGUFFile.open(folder.path("once.gguf"))
    #expect(once.metadata.keys == file.metadata.keys)
    for key in file.metadata.keys { #expect(once.metadata[key] == file.metadata[key], "\(key)") }
    for name in file.tensorNames {
      #expect(try once.stored(name).bytes == file.stored(name).bytes)
      #expect(once.info(name) == file.info(name))
    }
    try GGUFWriter(metadata: once.metadata).write(
      once.tensorNames.compactMap { once.find($0) }, to: folder.path("twice.gguf"))
    #expect(try GoldenData.bytes(folder.path("once.gguf")) == GoldenData.bytes(folder.path("twice.gguf")))
  }
}
