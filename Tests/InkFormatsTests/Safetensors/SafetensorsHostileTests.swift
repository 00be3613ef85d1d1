import InkFormats
import InkTensor
import Testing

@Suite("Safetensors: hostile files")
struct SafetensorsHostileTests {
  static func file(_ header: String, data: Int) -> [UInt8] {
    let text = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + [UInt8](repeating: 0, count: data)
  }

  private func error(_ bytes: [UInt8]) -> FormatError? {
    formatError { () throws(FormatError) in try SafetensorsFile(Storage.copying(bytes), path: "hostile.safetensors") }
  }

  @Test(
    "a header that lies is refused with the right code",
    arguments: [
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        8,
        FormatError.Code.duplicate
      ),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, .malformed),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, .malformed),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, .outOfRange),
      (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, .outOfRange),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, .outOfRange),
      (#"{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, .outOfRange),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, .outOfRange),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4, .outOfRange),
      (#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, 4, .unsupported),
      (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, .malformed),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#, 4, .malformed),
      (#"{"a":[]}"#, 0, .malformed), (#"[]"#, 0, .malformed), (#"{"__metadata__":{"a":1}}"#, 0, .malformed),
      (#"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}"#, 1, .unsupported),
      (#"{} x"#, 0, .malformed),
    ])
  func lies(_ header: String, _ data: Int, _ code: FormatError.Code) throws {
    let found = try #require(error(Self.file(header, data: data)))
    #expect(found.code == code, "\(found)")
    #expect(found.description.hasPrefix("hostile.safetensors: "))
  }

  @Test("a name of a megabyte is read, and shortened in messages")
  func longName() throws {
    let name = String(repeating: "n", count: 1 << 20)
    let good = Self.file(#"{"\#(name)":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, data: 1)
    let file = try SafetensorsFile(Storage.copying(good), path: "long")
    #expect(file.tensorNames == [name])
    let bad = Self.file(#"{"\#(name)":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}"#, data: 1)
    #expect(try #require(error(bad)).description.utf8.count < 400)
  }

  @Test("an empty header and an empty tensor are fine")
  func empty() throws {
    #expect(error(Self.file("{}", data: 0)) == nil)
    let bytes = Self.file(#"{"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}"#, data: 0)
    let file = try SafetensorsFile(Storage.copying(bytes), path: "empty")
    #expect(try file.tensor("a").toArray().isEmpty)
  }

  @Test("an index that leads out of the folder, to nothing, or to other tensors is refused")
  func indices() throws {
    let folder = try TemporaryFolder()
    let writer = SafetensorsWriter()
    try writer.write([StoredTensor(name: "a", Tensor([1], shape: [1]))], to: folder.path("one.safetensors"))
    let cases: [(String, FormatError.Code)] = [
      (#"{"weight_map": {"a": "../one.safetensors"}}"#, .malformed),
      (#"{"weight_map": {"a": "model.safetensors.index.json"}}"#, .outOfRange),
      (#"{"weight_map": {"a": "absent.safetensors"}}"#, .missing),
      (#"{"weight_map": {"b": "one.safetensors"}}"#, .missing),
      (#"{"weight_map": {"a": 3}}"#, .typeMismatch),
      (#"{}"#, .missing),
    ]
    for (text, code) in cases {
      try folder.write(text, to: "model.safetensors.index.json")
      let path = folder.path("model.safetensors.index.json")
      let found = try #require(formatError { () throws(FormatError) in try SafetensorsModel.open(path) }, "\(text)")
      #expect(found.code == code, "\(found)")
    }
  }
}
