import InkFormats
import InkTensor
import Testing

@Suite("Weight maps")
struct WeightMapTests {
  private func tensor(_ name: String, _ shape: Shape, from first: Int = 0) -> StoredTensor {
    StoredTensor(name: name, Tensor((0..<shape.elementCount).map { Float($0 + first) }, shape: shape))
  }

  private func roundTrip(_ map: WeightMap, _ tensors: [StoredTensor]) throws {
    let mapped = try map.load(try TensorCollection(tensors))
    try mapped.requireComplete()
    var list: [StoredTensor] = []
    for name in mapped.names { list.append(try mapped.stored(name)) }
    let back = try map.export(try TensorCollection(list))
    #expect(Set(back.map(\.name)) == Set(tensors.map(\.name)))
    for tensor in back {
      let original = try #require(tensors.first { $0.name == tensor.name })
      #expect(tensor.info == original.info && tensor.bytes == original.bytes, "\(tensor.name)")
    }
  }

  @Test("names change with their numbers and alternatives, and back")
  func rename() throws {
    let map: WeightMap = [
      .rename("h.*.{q,k}_proj.{weight,bias}", to: "layers.*.{query,key}.{weight,bias}"),
      .rename("norm.weight", to: "finalNorm.weight"),
    ]
    let tensors = [
      tensor("h.0.q_proj.weight", [2, 2]), tensor("h.10.k_proj.bias", [2]), tensor("norm.weight", [2]),
    ]
    let mapped = try map.load(try TensorCollection(tensors))
    #expect(mapped.names == ["layers.0.query.weight", "layers.10.key.bias", "finalNorm.weight"])
    try roundTrip(map, tensors)
  }

  @Test("what no rule names and what is dropped is reported")
  func reports() throws {
    let map: WeightMap = [.rename("a.*", to: "b.*"), .drop("h.*.inv_freq")]
    let source = try TensorCollection(
      [tensor("a.1", [1]), tensor("a.01", [1]), tensor("a.x", [1]), tensor("h.3.inv_freq", [1])])
    let mapped = try map.load(source)
    #expect(mapped.names == ["b.1"] && mapped.unmapped == ["a.01", "a.x"] && mapped.dropped == ["h.3.inv_freq"])
    let error = try #require(formatError { () throws(FormatError) in try mapped.requireComplete() })
    #expect(error.found.contains("a.01") && error.found.contains("a.x"))
    let absent = try #require(formatError { () throws(FormatError) in try mapped.stored("b.2") })
    #expect(absent.code == .missing && absent.hint.contains("b.1"))
  }

  @Test("a fused matrix is cut by rows without copying and joined again", arguments: [[2, 1, 1], [nil, nil, nil]])
  func split(_ sizes: [Int?]) throws {
    let rows = sizes.compactMap { $0 }.isEmpty ? 6 : 4
    let map: WeightMap = [
      .split("h.*.qkv", into: zip(["q.*", "k.*", "v.*"], sizes).map { WeightPart($0, rows: $1) })
    ]
    let tensors = [tensor("h.0.qkv", [rows, 3]), tensor("h.1.qkv", [rows, 3], from: 50)]
    let mapped = try map.load(try TensorCollection(tensors))
    let key = try mapped.stored("k.1")
    #expect(key.shape == Shape([sizes[1] ?? 2, 3]) && key.storage === tensors[1].storage)
    #expect(try key.tensor().toArray()[0] == 56)
    try roundTrip(map, tensors)
  }

  @Test("a matrix fused head by head is cut group by group")
  func groups() throws {
    // Two groups of rows [q q k v]: the rows of a part come from both.
    let map: WeightMap = [
      .split("qkv", into: [WeightPart("q", rows: 4), WeightPart("k", rows: 2), WeightPart("v", rows: 2)], groups: 2)
    ]
    let tensors = [tensor("qkv", [8, 1])]
    let mapped = try map.load(try TensorCollection(tensors))
    #expect(try mapped.tensor("q").toArray() == [0, 1, 4, 5])
    #expect(try mapped.tensor("k").toArray() == [2, 6])
    #expect(try mapped.tensor("v").toArray() == [3, 7])
    try roundTrip(map, tensors)
  }

  @Test("a matrix stored with inputs first is cut by columns and comes out transposed")
  func columns() throws {
    let map: WeightMap = [
      .split("c_attn.{weight,bias}", into: ["q.{weight,bias}", "k.{weight,bias}"], layout: .inputsFirst),
      .transpose("c_proj", to: "output"),
    ]
    let tensors = [tensor("c_attn.weight", [2, 4]), tensor("c_attn.bias", [4]), tensor("c_proj", [2, 3])]
    let mapped = try map.load(try TensorCollection(tensors))
    #expect(try mapped.tensor("k.weight").toArray() == [2, 6, 3, 7])
    #expect(try mapped.tensor("k.bias").toArray() == [2, 3])
    #expect(try mapped.tensor("output").toArray() == [0, 3, 1, 4, 2, 5])
    try roundTrip(map, tensors)
  }

  @Test("experts become slices of one tensor, and a gap is reported")
  func stack() throws {
    let map: WeightMap = [.stack("l.*.experts.*.w", to: "layers.*.experts")]
    let tensors = (0..<3).map { tensor("l.7.experts.\($0).w", [2, 2], from: 10 * $0) }
    let mapped = try map.load(try TensorCollection(tensors.reversed()))
    #expect(try mapped.stored("layers.7.experts").shape == [3, 2, 2])
    #expect(try mapped.tensor("layers.7.experts").toArray()[4] == 10)
    try roundTrip(map, tensors)
    let gap = try map.load(try TensorCollection([tensors[0], tensors[2]]))
    #expect(gap.missing == ["l.7.experts.1.w"] && gap.names.isEmpty)
  }

  @Test("slices of one tensor become tensors of their own, and back")
  func unstack() throws {
    let map: WeightMap = [.unstack("l.*.experts.{w,v}", to: "layers.*.experts.*.{up,down}")]
    let tensors = [tensor("l.3.experts.w", [3, 2, 4]), tensor("l.3.experts.v", [3, 5], from: 100)]
    let mapped = try map.load(try TensorCollection(tensors))
    #expect(mapped.names.prefix(3) == ["layers.3.experts.0.up", "layers.3.experts.1.up", "layers.3.experts.2.up"])
    #expect(try mapped.tensor("layers.3.experts.1.up").toArray() == (8..<16).map { Float($0) })
    #expect(try mapped.tensor("layers.3.experts.2.down").shape == [5])
    #expect(mapped.origin(of: "layers.3.experts.2.down")?.name == "l.3.experts.v")
    try roundTrip(map, tensors)
  }

  @Test(
    "a tensor without slices, or with more than there can be, is an error with its name",
    arguments: [[4], [70_000, 1]])
  func noSlices(shape: [Int]) throws {
    let map: WeightMap = [.unstack("experts", to: "experts.*")]
    let error = try #require(throws: FormatError.self) {
      try map.load(try TensorCollection([self.tensor("experts", Shape(shape))]))
    }
    #expect(error.code == .shapeMismatch && error.context.contains("experts"))
  }

  @Test("parts are joined, and an absent part is reported by name")
  func join() throws {
    let map: WeightMap = [.join([WeightPart("q.*", rows: 2), WeightPart("k.*", rows: 1)], to: "qk.*")]
    let tensors = [tensor("q.0", [2, 2]), tensor("k.0", [1, 2], from: 9)]
    #expect(try map.load(try TensorCollection(tensors)).tensor("qk.0").toArray() == [0, 1, 2, 3, 9, 10])
    try roundTrip(map, tensors)
    #expect(try map.load(try TensorCollection([tensors[0]])).missing == ["k.0"])
  }

  @Test("rotary rows go from neighbours to halves and back, packed or not")
  func permute() throws {
    let map: WeightMap = [.permuteRows("q", to: "query", .rotaryNeighboursToHalves(heads: 2))]
    let rows = [tensor("q", [8, 1])]
    #expect(try map.load(try TensorCollection(rows)).tensor("query").toArray() == [0, 2, 1, 3, 4, 6, 5, 7])
    try roundTrip(map, rows)
    let values = (0..<8 * 64).map { Float($0 / 64 * 8) }
    let packed = try StoredTensor(name: "q", Tensor(values, shape: [8, 64]), as: .q8_0)
    let query = try map.load(try TensorCollection([packed])).stored("query")
    #expect(query.type == .packed(.q8_0))
    let decoded = try query.float32().toArray()
    let original = try packed.float32().toArray()
    #expect(decoded[64] == original[128] && decoded[128] == original[64] && original[64] != original[128])
    try roundTrip(map, [packed])
  }

  @Test("matrices of a tensor are transposed and laid below each other, and back")
  func transposeSlices() throws {
    let map: WeightMap = [.transposeSlices("k_b", to: "keys", count: 2)]
    let weights = try map.load(try TensorCollection([tensor("k_b", [2, 2, 3])]))
    let keys = try weights.tensor("keys")
    #expect(keys.shape == [6, 2] && keys.toArray() == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
    try roundTrip(map, [tensor("k_b", [2, 2, 3])])
    // Packed blocks become f32 with the values that they have.
    let packed = try StoredTensor(name: "k_b", tensor("k_b", [2, 2, 32]).tensor(), as: .q8_0)
    let unpacked = try packed.float32()
    let turned = try map.load(try TensorCollection([packed])).tensor("keys")
    #expect(turned.shape == [64, 2])
    for slice in 0..<2 {
      let expected = unpacked[slice].transposed([1, 0]).contiguous().toArray()
      #expect(turned.slice(slice * 32..<(slice + 1) * 32).toArray() == expected)
    }
    #expect(throws: FormatError.self) { try map.load(try TensorCollection([tensor("k_b", [3, 2, 2])])).stored("keys") }
    #expect(throws: FormatError.self) { try map.load(try TensorCollection([tensor("k_b", [2, 6])])).stored("keys") }
  }

  @Test("axes are grouped otherwise and back; a tensor of the new shape stays as it is, another is an error")
  func reshape() throws {
    let map: WeightMap = [.reshape("gate", to: "switch", from: [3], into: [1, 3])]
    try roundTrip(map, [tensor("gate", [3])])
    for shape in [[3], [1, 3]] as [Shape] {
      let found = try map.load(try TensorCollection([tensor("gate", shape)])).tensor("switch")
      #expect(found.shape == [1, 3] && found.toArray() == [0, 1, 2])
    }
    #expect(throws: FormatError.self) { try map.load(try TensorCollection([tensor("gate", [3, 1])])).stored("switch") }
  }

  @Test("an offset is added on the way in and taken off on the way out")
  func offset() throws {
    let map: WeightMap = [.offset("norm", by: -1, to: "n")]
    let tensors = [tensor("norm", [3], from: 1)]
    #expect(try map.load(try TensorCollection(tensors)).tensor("n").toArray() == [0, 1, 2])
    try roundTrip(map, tensors)
  }

  @Test("packed blocks are decoded where columns become rows, and where rows of several types become one tensor")
  func packed() throws {
    let values = (0..<64).map { Float($0 % 9 - 4) / 4 }
    let plain = Tensor(values, shape: [2, 32])
    let coarse = try StoredTensor(name: "q", plain, as: .q8_0)
    let fine = try StoredTensor(name: "k", plain, as: .f16)
    let source = try TensorCollection([coarse, fine])
    let turned = try ([.transpose("q", to: "p")] as WeightMap).load(source).stored("p")
    #expect(turned.type == .dense(.f32) && turned.shape == [32, 2])
    #expect(try turned.float32().toArray() == coarse.float32().transposed([1, 0]).toArray())
    let joined = try ([.join(["q", "k"], to: "p")] as WeightMap).load(source).stored("p")
    #expect(joined.type == .dense(.f32) && joined.shape == [4, 32])
    #expect(try joined.float32().toArray() == coarse.float32().toArray() + fine.float32().toArray())
    let alike = try TensorCollection([coarse, coarse.named("k")])
    #expect(try ([.join(["q", "k"], to: "p")] as WeightMap).load(alike).stored("p").type == .packed(.q8_0))
  }

  @Test("rules and tensors that do not fit are errors with names")
  func errors() throws {
    func code(_ map: WeightMap, _ tensors: [StoredTensor], _ name: String) -> FormatError.Code? {
      formatError { () throws(FormatError) in try map.load(try TensorCollection(tensors)).stored(name) }?.code
    }
    let odd = [tensor("q", [5, 2])]
    #expect(code([.split("q", into: ["a", "b"])], odd, "a") == .shapeMismatch)
    #expect(code([.split("q", into: [WeightPart("a", rows: .max), "b"])], odd, "a") == .shapeMismatch)
    #expect(code([.split("q", into: ["a", "b"], groups: 0)], odd, "a") == .shapeMismatch)
    #expect(code([.permuteRows("q", to: "p", .rotaryHalvesToNeighbours(heads: 2))], odd, "p") == .shapeMismatch)
    #expect(code([.rename("q.*", to: "q")], odd, "q") == .malformed)
    #expect(code([.rename("{a,b}", to: "{a,b,c}")], odd, "q") == .malformed)
    #expect(code([.rename("{q,r}", to: "x")], odd + [tensor("r", [1])], "x") == .duplicate)
    let other = tensor("b", [1, 3])
    #expect(code([.join(["q", "b"], to: "p")], odd + [other], "p") == .shapeMismatch)
  }
}
