import InkFormats
import InkTensor
import Testing

/// Compares a source with values that a reference wrote as JSON: `{name: {dtype, shape, values}}`.
func expectValues(_ expected: JSONNode, in source: any TensorSource) throws {
  let members = try expected.members
  #expect(!members.isEmpty && members.count == source.tensorNames.count)
  for (name, node) in members { try expectValue(node, of: try source.stored(name)) }
}

/// Compares one tensor with `{shape, values}`.
func expectValue(_ node: JSONNode, of stored: StoredTensor) throws {
  let tensor = try stored.tensor()
  #expect(tensor.shape.array == (try node["shape"].array.map { node throws(FormatError) in try node.int }))
  let reference = try node["values"].array.map { node throws(FormatError) in try node.double }
  switch tensor.dtype {
  case .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool:
    #expect(tensor.toIntegers().map(Double.init) == reference, "\(stored.name)")
  case .f64, .f32, .f16, .bf16, .f8e4m3, .f8e5m2:
    #expect(tensor.toArray() == reference.map { Float($0) }, "\(stored.name)")
  }
}

/// Compares two sources name by name and byte by byte.
func expectSame(_ source: any TensorSource, _ reference: any TensorSource) throws {
  #expect(Set(source.tensorNames) == Set(reference.tensorNames))
  for name in reference.tensorNames {
    let (found, wanted) = (try source.stored(name), try reference.stored(name))
    #expect(found.info == wanted.info, "\(name)")
    #expect(found.bytes == wanted.bytes, "\(name)")
  }
}
