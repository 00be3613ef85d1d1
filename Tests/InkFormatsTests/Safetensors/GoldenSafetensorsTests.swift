import Foundation
import InkFormats
import InkTensor
import Testing

@Suite("Golden: safetensors")
struct GoldenSafetensorsTests {
  static let bad: [String] =
    (try? FileManager.default.contentsOfDirectory(atPath: GoldenData.path("formats/bad")).sorted()) ?? []

  @Test("every dtype reads as the reference wrote it")
  func dtypes() throws {
    let file = try SafetensorsFile.open(GoldenData.path("formats/dtypes.safetensors"))
    let expected = try GoldenData.json("formats/expected.json")["dtypes.safetensors"]
    try expectValues(expected, in: file)
  }

  @Test("shards read as one source through their index")
  func shards() throws {
    let model = try SafetensorsModel.open(GoldenData.path("formats/model.safetensors.index.json"))
    let expected = try GoldenData.json("formats/expected.json")["sharded"].members
    #expect(expected.count == model.tensorNames.count && model.files.count > 1)
    for (name, node) in expected {
      let reference = try flattened(node)
      #expect(try model.tensor(name).toArray() == reference.map { Float($0) }, "\(name)")
    }
  }

  private func flattened(_ node: JSONNode) throws(FormatError) -> [Double] {
    guard case .array? = node.value else { return [try node.double] }
    var list: [Double] = []
    for element in try node.array { list.append(contentsOf: try flattened(element)) }
    return list
  }

  @Test("a broken file is refused with an error that names it", arguments: bad)
  func broken(_ name: String) throws {
    let path = GoldenData.path("formats/bad/\(name)")
    let error = try #require(formatError { () throws(FormatError) in try SafetensorsFile.open(path) })
    #expect(error.description.contains(name))
    #expect(error.file == path)
  }

  @Test("there are broken files to refuse")
  func hasBadFiles() { #expect(Self.bad.count >= 9) }

  @Test("the error of an unknown dtype names it")
  func unknownDType() throws {
    let path = GoldenData.path("formats/bad/unknown_dtype.safetensors")
    let error = try #require(formatError { () throws(FormatError) in try SafetensorsFile.open(path) })
    #expect(error.code == .unsupported)
    #expect(error.found.contains("\""))
  }

  @Test("what is written again reads the same, with its metadata")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let file = try SafetensorsFile.open(GoldenData.path("formats/dtypes.safetensors"))
    let writer = SafetensorsWriter(metadata: file.metadata)
    let tensors = file.tensorNames.compactMap { file.find($0) }
    try writer.write(tensors, to: folder.path("again.safetensors"))
    let again = try SafetensorsFile.open(folder.path("again.safetensors"))
    #expect(Set(again.tensorNames) == Set(file.tensorNames))
    #expect(again.metadata.map(\.key) == file.metadata.map(\.key))
    #expect(again.metadata.map(\.value) == file.metadata.map(\.value))
    for tensor in tensors {
      let copy = try again.stored(tensor.name)
      #expect(copy.info == tensor.info && copy.bytes == tensor.bytes, "\(tensor.name)")
    }
  }
}
