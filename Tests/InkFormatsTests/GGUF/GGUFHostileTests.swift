import InkFormats
import InkTensor
import Testing

@Suite("GGUF: hostile files")
struct GGUFHostileTests {
  private func error(_ bytes: [UInt8]) -> FormatError? {
    formatError { () throws(FormatError) in try GGUFFile(Storage.copying(bytes), path: "hostile.gguf") }
  }

  private func code(_ change: (inout GGUFBuilder) -> Void) -> FormatError.Code? {
    var builder = GGUFBuilder()
    change(&builder)
    return error(builder.bytes)?.code
  }

  @Test("another magic, version or byte order is refused")
  func identity() throws {
    #expect(code { $0.magic = Array("GGML".utf8) } == .malformed)
    #expect(code { $0.version = 1 } == .unsupported)
    #expect(code { $0.version = 4 } == .unsupported)
    var swapped = GGUFBuilder()
    swapped.version = UInt32(3).byteSwapped
    #expect(try #require(error(swapped.bytes)).found.contains("big-endian"))
    #expect(error([]) != nil && error(Array("GGUF".utf8)) != nil)
    #expect(code { $0.version = 2 } == nil)
  }

  @Test("counts beyond what the file can hold are refused before anything is made")
  func counts() {
    #expect(code { $0.tensorCount = .max } == .outOfRange)
    #expect(code { $0.pairCount = 1 << 40 } == .outOfRange)
    #expect(code { $0.pairs = [GGUFBuilder.number(UInt64(1) << 62)] } == .outOfRange)
    for type: UInt32 in 0...12 {
      let array = GGUFBuilder.number(type) + GGUFBuilder.number(UInt64.max / 2)
      #expect(code { $0.pairs = [GGUFBuilder.pair("a", type: 9, array)] } == .outOfRange, "\(type)")
    }
  }

  @Test("bad values are refused")
  func values() {
    #expect(code { $0.pairs = [GGUFBuilder.pair("a", type: 13, [0])] } == .unsupported)
    #expect(code { $0.pairs = [GGUFBuilder.pair("a", type: 7, [2])] } == .malformed)
    #expect(code { $0.pairs = [GGUFBuilder.pair("a", type: 8, GGUFBuilder.number(UInt64(1)) + [0xff])] } == .malformed)
    let strings =
      GGUFBuilder.number(UInt32(8)) + GGUFBuilder.number(UInt64(1)) + GGUFBuilder.number(UInt64(2)) + [0xc3, 0x28]
    #expect(code { $0.pairs = [GGUFBuilder.pair("a", type: 9, strings)] } == .malformed)
    let pair = GGUFBuilder.pair("a", type: 0, [1])
    #expect(code { $0.pairs = [pair, pair] } == .duplicate)
    let alignment = GGUFBuilder.pair("general.alignment", type: 4, GGUFBuilder.number(UInt32(24)))
    #expect(code { $0.pairs = [alignment] } == .outOfRange)
    var deep: [UInt8] = []
    for _ in 0..<40 { deep += GGUFBuilder.number(UInt32(9)) + GGUFBuilder.number(UInt64(1)) }
    #expect(
      code { $0.pairs = [GGUFBuilder.pair("a", type: 9, deep + [UInt8](repeating: 0, count: 64))] } == .unsupported)
    #expect(code { $0.pairs = [GGUFBuilder.pair(String(repeating: "k", count: 1 << 20), type: 0, [1])] } == .outOfRange)
  }

  @Test("tensors with impossible places, shapes, types or names are refused")
  func tensors() {
    func code(_ tensors: [[UInt8]], data: Int = 256) -> FormatError.Code? {
      self.code { builder in
        builder.tensors = tensors
        builder.data = [UInt8](repeating: 0, count: data)
      }
    }
    let good = GGUFBuilder.tensor("a", [8, 4], type: 0, offset: 0)
    #expect(code([good]) == nil)
    #expect(code([good, good]) == .duplicate)
    #expect(code([good, GGUFBuilder.tensor("b", [8], type: 0, offset: 96)]) == .overlap)
    #expect(code([GGUFBuilder.tensor("a", [8], type: 0, offset: 4)]) == .outOfRange)
    #expect(code([GGUFBuilder.tensor("a", [8], type: 0, offset: UInt64.max - 31)]) == .outOfRange)
    #expect(code([GGUFBuilder.tensor("a", [8], type: 0, offset: 1 << 40)]) == .truncated)
    #expect(code([GGUFBuilder.tensor("a", [65], type: 0, offset: 0)]) == .truncated)
    #expect(code([GGUFBuilder.tensor("a", [1 << 32, 1 << 32], type: 0, offset: 0)]) == .outOfRange)
    #expect(code([GGUFBuilder.tensor("a", [.max], type: 0, offset: 0)]) == .outOfRange)
    #expect(code([GGUFBuilder.tensor("a", [0, 1 << 62, 1 << 62], type: 0, offset: 0)]) == .outOfRange)
    #expect(code([GGUFBuilder.tensor("a", [33], type: 2, offset: 0)]) == .outOfRange)
    #expect(code([GGUFBuilder.tensor("a", [8], type: 99, offset: 0)]) == .unsupported)
    #expect(code([GGUFBuilder.tensor("a", [1, 1, 1, 1, 1], type: 0, offset: 0)]) == .unsupported)
    #expect(code([GGUFBuilder.tensor(String(repeating: "n", count: 1 << 20), [8], type: 0, offset: 0)]) == .outOfRange)
  }
}
