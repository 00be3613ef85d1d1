import Foundation
import InkFormats
import InkTensor
import Testing

@Suite("Golden: NumPy files")
struct GoldenNumPyTests {
  @Test("arrays read in either order", arguments: ["array_f32.npy", "array_i64_fortran.npy"])
  func arrays(_ name: String) throws {
    let array = try NumPyArray.open(GoldenData.path("formats/\(name)"))
    try expectValue(try GoldenData.json("formats/expected.json")["npy"][name], of: array)
  }

  @Test("archives read, stored and deflated", arguments: ["arrays.npz", "arrays_deflate.npz"])
  func archives(_ name: String) throws {
    let archive = try NumPyArchive.open(GoldenData.path("formats/\(name)"))
    let expected = try GoldenData.json("formats/expected.json")["npy"]
    #expect(!archive.tensorNames.isEmpty)
    for tensor in archive.tensorNames { try expectValue(expected["\(name):\(tensor)"], of: try archive.stored(tensor)) }
  }

  @Test("a damaged array never traps", arguments: ["array_f32.npy", "array_i64_fortran.npy"])
  func mutations(_ name: String) throws {
    let bytes = try GoldenData.bytes(GoldenData.fixtures + "/formats/\(name)")
    var random = MutationTests.Random(state: 9)
    var refused = 0
    for _ in 0..<5000 {
      let damaged = MutationTests.damaged(bytes, header: 128, &random)
      let storage = Storage.copying(damaged)
      let error = formatError { () throws(FormatError) in
        try NumPyArray.read(storage, range: 0..<damaged.count, name: "a", file: "damaged")
      }
      if error != nil { refused += 1 }
    }
    #expect(refused > 2500)
  }

  @Test(
    "types that are no plain numbers are refused",
    arguments: ["'descr': '|O'", "'descr': '>f4'", "'descr': '<c8'", "'descr': [('a', '<f4')]", "'other': '<f4'"])
  func types(_ entry: String) {
    let text = Array("{\(entry), 'fortran_order': False, 'shape': (1,), }\n".utf8)
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0] + text + [0, 0, 0, 0]
    #expect(
      formatError { () throws(FormatError) in
        try NumPyArray.read(Storage.copying(bytes), range: 0..<bytes.count, name: "a", file: "array")
      } != nil)
  }
}
