import InkFormats
import InkTensor
import Testing

/// Weights that bitsandbytes rounded to 4 and to 8 bits, beside what it decodes of them: `Scripts/parity/rounded_weights.py`.
@Suite("Weights rounded by bitsandbytes")
struct RoundedWeightTests {
  private static func open(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile.open(GoldenData.fixtures + "/formats/bitsandbytes/\(name).safetensors")
  }
  private static let map: WeightMap = [.rename("{layer,norm}.weight", to: "{layer,norm}.weight")]
  private static let weight = "layer.weight"
  private static let description = "layer.weight.quant_state.bitsandbytes__nf4"

  @Test(
    "codes of 4 and of 8 bits are decoded to exactly the numbers of the reference",
    arguments: [
      ("nf4", WeightDecoding.fourBit), ("nf4_double", .fourBit), ("nf4_wide", .fourBit), ("fp4", .fourBit),
      ("fp4_double", .fourBit), ("nf4_kept_as_bf16", .fourBit), ("int8", .byteRows),
    ])
  func values(name: String, decoding: WeightDecoding) throws {
    let source = try Self.open(name)
    let expected = try Self.open("\(name)_decoded")
    let weights = try Self.map.load(source, decoding: decoding)
    try weights.requireComplete()
    let decoded = DecodedSource(source, decoding)
    #expect(Set(weights.names) == [Self.weight, "norm.weight"] && Set(decoded.tensorNames) == Set(weights.names))
    for tensor in expected.tensorNames {
      let wanted = try expected.stored(tensor)
      #expect(wanted.type == .dense(.f32))
      for found in [try weights.stored(tensor), try decoded.stored(tensor)] {
        #expect(found.info == wanted.info, "\(name): \(tensor)")
        #expect(decoded.info(tensor) == wanted.info, "\(name): \(tensor)")
        // Zeros of both signs are equal: the reference has one table on processors and another one in files.
        #expect(try found.float32().toArray() == wanted.float32().toArray(), "\(name): \(tensor)")
      }
    }
  }

  @Test(
    "a part that is not there is named",
    arguments: ["absmax", "quant_map", "nested_quant_map", "nested_absmax"])
  func missingPart(part: String) throws {
    let error = try failure { $0.filter { $0.name != "\(Self.weight).\(part)" } }
    // Without the scales of scales, the codes of the scales are taken for scales.
    #expect(error.code == (part == "nested_absmax" ? .typeMismatch : .missing), "\(error)")
    #expect(error.description.contains("\(Self.weight).\(part == "nested_absmax" ? "absmax" : part)"), "\(error)")
  }

  @Test("codes without a description are bytes, and 8-bit integers without scales are refused")
  func bareCodes() throws {
    let source = try Self.open("nf4")
    let bare = try TensorCollection([try source.stored(Self.weight)])
    #expect(try Self.map.load(bare, decoding: .fourBit).stored(Self.weight).type == .dense(.u8))
    let integers = try TensorCollection([try Self.open("int8").stored(Self.weight)])
    let weights = try Self.map.load(integers, decoding: .byteRows)
    let error = try #require(formatError { () throws(FormatError) in try weights.stored(Self.weight) })
    #expect(error.code == .missing && error.context.contains("layer.SCB"))
  }

  @Test(
    "a description that cannot be is refused",
    arguments: [
      "", "[]", "{}", #"{"shape": [300, 64], "blocksize": 0, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": [300, 64], "blocksize": 63, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": [300, 64], "blocksize": 128, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": [300, 64], "blocksize": 64, "nested_blocksize": 2, "nested_offset": 0.1}"#,
      #"{"shape": [300, 64], "blocksize": 64, "nested_blocksize": -1, "nested_offset": 0.1}"#,
      #"{"shape": [300, 64], "blocksize": 64, "nested_blocksize": 256, "nested_offset": NaN}"#,
      #"{"shape": [300, 64], "blocksize": 64, "nested_blocksize": 256}"#,
      #"{"shape": [301, 64], "blocksize": 64, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": [-300, -64], "blocksize": 64, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": [1099511627776, 1099511627776], "blocksize": 64, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": [1,1,1,1,1,1,1,1,1], "blocksize": 64, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": [], "blocksize": 64, "nested_blocksize": 256, "nested_offset": 0.1}"#,
      #"{"shape": "all", "blocksize": 64, "nested_blocksize": 256, "nested_offset": 0.1}"#,
    ])
  func badDescription(text: String) throws {
    let bytes = [UInt8](text.utf8)
    let described = try StoredTensor(
      name: Self.description, type: .dense(.u8), shape: [bytes.count], storage: Storage.copying(bytes),
      byteRange: 0..<bytes.count)
    let error = try failure { tensors in tensors.filter { $0.name != Self.description } + [described] }
    #expect(!error.file.isEmpty && !error.expected.isEmpty || error.code == .malformed, "\(error)")
  }

  @Test("parts of another type or length are refused")
  func otherParts() throws {
    let others: [(String, Tensor)] = [
      ("quant_map", Tensor([Float](repeating: 0, count: 15), shape: [15])),
      ("nested_quant_map", Tensor([Float](repeating: 0, count: 255), shape: [255])),
      ("nested_absmax", Tensor([Float](repeating: 0, count: 9), shape: [9])),
      ("absmax", Tensor([Float](repeating: 0, count: 300), shape: [300])),
      ("quant_state.bitsandbytes__nf4", Tensor([1, 2], shape: [2])),
    ]
    for (part, tensor) in others {
      let name = "\(Self.weight).\(part)"
      let error = try failure { tensors in
        tensors.filter { $0.name != name } + [StoredTensor(name: name, tensor)]
      }
      #expect(error.code == .typeMismatch || error.code == .shapeMismatch, "\(part): \(error)")
    }
    let short = try failure { tensors in
      try tensors.map { $0.name == Self.weight ? try $0.rows(0..<20) : $0 }
    }
    #expect(short.code == .shapeMismatch && short.context.contains(Self.weight))
  }

  @Test("rows of 8-bit integers with other scales, types and orders are refused")
  func otherRows() throws {
    let source = try Self.open("int8")
    let tensors = try source.tensorNames.map { try source.stored($0) }
    for replacement in [
      StoredTensor(name: "layer.SCB", Tensor([1, 2, 3], shape: [3])),
      StoredTensor(name: "layer.weight_format", Tensor([1], shape: [1])),
      StoredTensor(name: Self.weight, Tensor([1, 2], shape: [1, 2])),
    ] {
      let changed = try TensorCollection(tensors.filter { $0.name != replacement.name } + [replacement])
      let weights = try Self.map.load(changed, decoding: .byteRows)
      #expect(formatError { () throws(FormatError) in try weights.stored(Self.weight) } != nil, "\(replacement.name)")
    }
  }

  @Test("packed weights that no configuration speaks of are refused, with what to use instead")
  func unknownPacking() throws {
    let tensors = ["qweight", "qzeros", "scales", "g_idx"].map {
      StoredTensor(name: "layer.\($0)", Tensor([1], shape: [1]))
    }
    let weights = try Self.map.load(try TensorCollection(tensors))
    let error = try #require(formatError { () throws(FormatError) in try weights.requireComplete() })
    #expect(error.code == .unsupported && error.hint.contains("GPTQ or AWQ"))
    #expect(error.found.contains("layer.qweight"))
  }

  /// The error for the doubly rounded weight after its tensors were changed.
  private func failure(_ change: ([StoredTensor]) throws -> [StoredTensor]) throws -> FormatError {
    let source = try Self.open("nf4_double")
    let tensors = try change(source.tensorNames.map { try source.stored($0) })
    let weights = try Self.map.load(try TensorCollection(tensors), decoding: .fourBit)
    return try #require(formatError { () throws(FormatError) in try weights.stored(Self.weight) })
  }
}
