import InkFormats
import InkTensor
import Testing

@Suite("Scaled 8-bit weights")
struct WeightDecodingTests {
  private static func path(_ name: String) -> String { GoldenData.fixtures + "/formats/fp8/\(name).safetensors" }
  private static let map: WeightMap = [
    .rename("{ragged,whole,small,wide,norm,one,rows}.weight", to: "{ragged,whole,small,wide,norm,one,rows}.weight")
  ]

  @Test(
    "scales for blocks, for rows and for whole matrices give the values that NumPy computes, bit for bit",
    arguments: [
      ("blocks", WeightDecoding.scaled(suffix: "_scale_inv", block: ScaledBlock(rows: 4, columns: 8))),
      ("scales", .scaled(suffix: "_scale", block: nil)),
    ])
  func values(name: String, decoding: WeightDecoding) throws {
    let source = try SafetensorsFile.open(Self.path(name))
    let weights = try Self.map.load(source, decoding: decoding)
    try weights.requireComplete()
    let expected = try SafetensorsFile.open(Self.path("\(name)_decoded"))
    #expect(Set(weights.names) == Set(expected.tensorNames))
    for name in expected.tensorNames {
      let (found, wanted) = (try weights.stored(name), try expected.stored(name))
      #expect(found.info == wanted.info && found.bytes == wanted.bytes, "\(name)")
    }
    #expect(weights.dropped == source.tensorNames.filter { $0.hasSuffix("input_scale") })
  }

  @Test("blocks of another size than the file's are refused, and so are 8-bit floats without scales")
  func mismatch() throws {
    let source = try SafetensorsFile.open(Self.path("blocks"))
    let wrong = try Self.map.load(
      source, decoding: .scaled(suffix: "_scale_inv", block: ScaledBlock(rows: 2, columns: 8)))
    #expect(formatError { () throws(FormatError) in try wrong.stored("ragged.weight") }?.code == .shapeMismatch)
    let bare = try TensorCollection([try source.stored("ragged.weight")])
    let missing = try Self.map.load(bare, decoding: .scaled(suffix: "_scale_inv", block: nil))
    let error = try #require(formatError { () throws(FormatError) in try missing.stored("ragged.weight") })
    #expect(error.code == .missing && error.context.contains("ragged.weight_scale_inv"))
  }

  @Test("scales beside a tensor that is not of 8-bit floats are refused")
  func otherType() throws {
    let tensors = [
      StoredTensor(name: "one.weight", Tensor([1, 2], shape: [1, 2])),
      StoredTensor(name: "one.weight_scale", Tensor([1], shape: [1])),
    ]
    let weights = try Self.map.load(
      try TensorCollection(tensors), decoding: .scaled(suffix: "_scale", block: nil))
    #expect(formatError { () throws(FormatError) in try weights.stored("one.weight") }?.code == .typeMismatch)
  }
}
