import InkFormats
import InkTensor
import Testing

@Suite("Golden: block types")
struct GoldenBlockTests {
  /// The types the reference data has a file for.
  static let types: [BlockFormat] = {
    guard let sizes = try? GoldenData.json("quant/ggml/expected.json") else { return [] }
    return BlockFormat.allCases.filter { sizes[$0.name]["block_bytes"].ifPresent != nil }
  }()

  static let writable = types.filter(\.isWritable)

  static func file(_ format: BlockFormat) throws -> SafetensorsFile {
    try SafetensorsFile.open(GoldenData.path("quant/ggml/\(format.name).safetensors"))
  }

  @Test("the reference data names the block types")
  func covers() throws {
    #expect(Self.types.count >= 23)
    for (name, node) in try GoldenData.json("quant/ggml/expected.json").members
    where node["block_bytes"].ifPresent != nil {
      #expect(BlockFormat.allCases.contains { $0.name == name }, "\(name)")
    }
  }

  @Test("a block has the size the format says", arguments: types)
  func sizes(_ format: BlockFormat) throws {
    let node = try GoldenData.json("quant/ggml/expected.json")[format.name]
    #expect(format.elementsPerBlock == (try node["block_elements"].int))
    #expect(format.bytesPerBlock == (try node["block_bytes"].int))
  }

  @Test("blocks decode to the reference's values", arguments: types)
  func decode(_ format: BlockFormat) throws {
    let file = try Self.file(format)
    let blocks = try file.stored("blocks")
    let expected = try file.tensor("values")
    let packed = try StoredTensor(
      name: "blocks", type: .packed(format), shape: expected.shape, storage: blocks.storage, byteRange: blocks.byteRange
    )
    let values = try packed.float32().toArray()
    let reference = expected.toArray()
    #expect(values.count == reference.count)
    let wrong = zip(values, reference).filter { abs($0 - $1) > 1e-6 * abs($1) || $0.isNaN != $1.isNaN }
    #expect(wrong.isEmpty, "\(wrong.count) of \(values.count), first \(String(describing: wrong.first))")
  }

  @Test("rounding to blocks gives the reference's bytes", arguments: writable)
  func encode(_ format: BlockFormat) throws {
    let file = try Self.file(format)
    guard file.info("quantize.input") != nil else { return }
    let written = try StoredTensor(name: "x", try file.tensor("quantize.input"), as: format)
    let reference = try file.stored("quantize.bytes").bytes
    let bytes = written.bytes
    try #require(bytes.count == reference.count)
    let different = zip(bytes, reference).filter { $0 != $1 }.count
    #expect(Double(different) <= 0.001 * Double(reference.count), "\(different) of \(reference.count) bytes differ")
    let roundTrip = try file.tensor("quantize.roundtrip").toArray()
    let decoded = try written.float32().toArray()
    let wrong = zip(decoded, roundTrip).filter { abs($0 - $1) > 1e-6 * abs($1) }.count
    #expect(wrong <= different * format.elementsPerBlock)
  }

  @Test("narrow floats have the reference's bits and values")
  func narrowFloats() throws {
    let file = try SafetensorsFile.open(GoldenData.path("quant/ggml/half_conversions.safetensors"))
    let input = try file.tensor("input").toArray()
    let cases: [(NarrowFloat, String)] = [
      (.f16, "f16_bits"), (.bf16, "bf16_bits"), (.f8e4m3, "f8_e4m3fn_bits"), (.f8e5m2, "f8_e5m2_bits"),
    ]
    for (format, name) in cases {
      let bits = try file.tensor(name).toIntegers()
      let bytes = format.encode(input)
      for index in input.indices where !input[index].isNaN {
        var code = Int(bytes[index * format.byteCount])
        if format.byteCount == 2 { code |= Int(bytes[index * 2 + 1]) << 8 }
        #expect(code == bits[index], "\(format) of \(input[index])")
      }
      for (index, value) in format.decode(bytes).enumerated() where input[index].isNaN { #expect(value.isNaN) }
    }
    for (format, name) in [(NarrowFloat.f8e4m3, "f8_e4m3fn_table"), (.f8e5m2, "f8_e5m2_table")] {
      let table = try file.tensor(name).toArray()
      for (value, reference) in zip(format.decode((0...255).map { UInt8($0) }), table) {
        #expect(value == reference || value.isNaN && reference.isNaN)
      }
    }
  }
}
