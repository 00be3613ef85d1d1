import Foundation
import InkFormats
import InkTensor
import InkTesting
import Testing

@Suite("Hostile PyTorch files")
struct PyTorchHostileTests {
  private func open(_ bytes: [UInt8]) -> Result<PyTorchFile, FormatError> {
    do { return .success(try PyTorchFile(Storage.copying(bytes), path: "hostile")) } catch { return .failure(error) }
  }

  private func failure(_ bytes: [UInt8]) -> FormatError? {
    if case .failure(let error) = open(bytes) { return error }
    return nil
  }

  /// `{"w": tensor}`.
  private func single(count: Int32 = 4, offset: Int32, size: [Int32], stride: [Int32]) -> [UInt8] {
    var pickle = PickleBytes()
    pickle.op("}")
    pickle.text("w")
    pickle.tensor(count: count, offset: offset, size: size, stride: stride)
    pickle.op("s")
    pickle.op(".")
    return pickle.archive()
  }

  @Test("the builder of these tests makes files that open")
  func control() throws {
    let file = try open(single(offset: 1, size: [3], stride: [1])).get()
    #expect(try file.tensor("w").toArray() == [0, 0, 0])
  }

  @Test(
    "a tensor that leaves its storage is refused",
    arguments: [
      (4, 0, [5], [1]), (4, 4, [1], [1]), (4, -1, [1], [1]), (4, 0, [2, 2], [3, 1]), (4, 0, [2], [-1]),
      (4, 0, [.max, .max, .max], [.max, .max, .max]), (4, .max, [2], [.max]), (5, 0, [1], [1]), (.max, 0, [1], [1]),
      (-1, 0, [1], [1]), (4, 0, [.max, .max], [0, 0]), (4, 0, [-1], [1]), (4, 0, [1], [1, 1]),
      (4, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
    ] as [(Int32, Int32, [Int32], [Int32])])
  func outside(count: Int32, offset: Int32, size: [Int32], stride: [Int32]) {
    #expect(failure(single(count: count, offset: offset, size: size, stride: stride)) != nil)
  }

  @Test("a million containers inside each other are refused without recursion", arguments: ["t", "l", "d", "1"])
  func depth(_ kind: String) {
    var pickle = PickleBytes()
    let depth = 1_000_000
    switch kind {
    case "t": pickle.raw([UInt8](repeating: 0x28, count: depth) + [UInt8](repeating: 0x74, count: depth))
    case "l": pickle.raw([UInt8](repeating: 0x28, count: depth) + [UInt8](repeating: 0x6c, count: depth))
    case "1":
      pickle.op("N")
      pickle.raw([UInt8](repeating: 0x85, count: depth))
    default:
      for _ in 0..<depth { pickle.raw([0x7d, 0x4b, 1]) }
      pickle.op("N")
      pickle.raw([UInt8](repeating: 0x73, count: depth))
    }
    pickle.op(".")
    #expect(failure(pickle.archive()) != nil)
  }

  @Test("a dictionary that holds itself is refused")
  func ring() {
    var pickle = PickleBytes()
    pickle.op("}")
    pickle.put(0)
    pickle.text("w")
    pickle.tensor(count: 4, offset: 0, size: [4], stride: [1])
    pickle.op("s")
    pickle.text("model")
    pickle.get(0)
    pickle.op("s")
    pickle.text("other")
    pickle.get(0)
    pickle.op("s")
    pickle.op(".")
    #expect(failure(pickle.archive())?.code == .outOfRange)
  }

  @Test("dictionaries that double at each level are refused before they fill the memory")
  func doubling() {
    var pickle = PickleBytes()
    pickle.op("}")
    pickle.text("w")
    pickle.tensor(count: 4, offset: 0, size: [4], stride: [1])
    pickle.op("s")
    for level in 0..<15 {
      pickle.put(UInt8(level))
      pickle.op("}")
      for key in 0..<4 {
        pickle.text("level\(level)key\(key)")
        pickle.get(UInt8(level))
        pickle.op("s")
      }
    }
    pickle.op(".")
    #expect(failure(pickle.archive())?.code == .outOfRange)
  }

  @Test("a list of pairs that is copied over and over is refused")
  func copies() {
    var pickle = PickleBytes()
    pickle.op("]")
    pickle.put(0)
    pickle.op("(")
    for _ in 0..<20_000 { pickle.raw([0x4b, 1, 0x4b, 2, 0x86]) }
    pickle.op("e")
    for _ in 0..<20_000 {
      pickle.global("collections", "OrderedDict")
      pickle.get(0)
      pickle.raw([0x85, 0x52, 0x30])
    }
    pickle.op(".")
    #expect(failure(pickle.archive())?.code == .outOfRange)
  }

  @Test("one long key in many names is refused before it fills the memory")
  func longNames() {
    var pickle = PickleBytes()
    pickle.op("}")
    pickle.text(String(repeating: "k", count: 1 << 16))
    pickle.op("}")
    for key in 0..<4000 {
      pickle.int(Int32(key))
      pickle.op("N")
      pickle.op("s")
    }
    pickle.op("s")
    pickle.op(".")
    #expect(failure(pickle.archive())?.code == .outOfRange)
  }

  @Test("a length that the file does not have is refused before memory is taken", arguments: [0x42, 0x54, 0x58, 0x8b])
  func lengths(opcode: UInt8) {
    var pickle = PickleBytes()
    pickle.raw([opcode, 0xff, 0xff, 0xff, 0xff])
    #expect(failure(pickle.archive())?.code == .truncated)
    pickle = PickleBytes()
    pickle.raw([0x8d] + [UInt8](repeating: 0xff, count: 8))
    #expect(failure(pickle.archive())?.code == .truncated)
  }

  @Test(
    "opcodes that make objects of any class are refused",
    arguments: [
      [0x69, 0x61, 0x0a, 0x62, 0x0a], [0x28, 0x6f], [0x92], [0x82, 1], [0x50, 0x31, 0x0a], [0x97], [0x49],
    ])
  func opcodes(_ bytes: [UInt8]) {
    var pickle = PickleBytes()
    pickle.raw(bytes)
    #expect(failure(pickle.archive())?.code == .unsupported)
  }

  @Test(
    "a name that is not data is refused and named",
    arguments: [
      ("os", "system"), ("builtins", "eval"), ("torch", "load"), ("torch.storage", "_load_from_bytes"),
      ("torch.hub", "load"), ("numpy", "load"), ("torch._utils", "_rebuild_qtensor"), ("functools", "partial"),
    ])
  func names(module: String, name: String) throws {
    var pickle = PickleBytes()
    pickle.global(module, name)
    pickle.raw([0x29, 0x52, 0x2e])
    let error = try #require(failure(pickle.archive()))
    #expect(error.code == .unsupported && error.found.contains("\(module).\(name)"))
  }

  @Test("a compressed pickle, a missing storage and an archive of something else are refused")
  func containers() {
    var pickle = PickleBytes()
    pickle.op("}")
    pickle.op(".")
    #expect(failure(pickle.archive(method: 8))?.code == .unsupported)
    #expect(failure(pickle.archive())?.code == .missing)
    #expect(failure(ZipBuilder(members: [.init(name: "a", content: [1])]).bytes())?.code == .malformed)
    #expect(failure([])?.code == .malformed)
    #expect(failure(Array("GGUF".utf8))?.code == .malformed)
    #expect(failure([0x80, 2, 0x4e, 0x2e])?.code == .malformed)
  }

  @Test("a damaged file never traps", arguments: ["pytorch_model.bin", "legacy_no_zip.bin", "pytorch/module.bin"])
  func mutations(_ name: String) throws {
    let bytes = try GoldenData.bytes(GoldenData.fixtures + "/formats/\(name)")
    var random = MutationTests.Random(state: 5)
    var opened = 0
    for round in 0..<6000 {
      let damaged = MutationTests.damaged(bytes, header: round % 2 == 0 ? bytes.count : 1300, &random)
      guard case .success(let file) = open(damaged) else { continue }
      opened += 1
      for name in file.tensorNames { _ = try? file.find(name)?.float32() }
    }
    for length in 0..<bytes.count { _ = open(Array(bytes[..<length])) }
    for at in 0..<min(bytes.count, 1300) {
      var copy = bytes
      for value in [0, 1, 0x28, 0x52, 0x68, 0x7f, 0x80, 0xff] as [UInt8] {
        copy[at] = value
        if case .success(let file) = open(copy) { for name in file.tensorNames { _ = file.find(name) } }
      }
    }
    #expect(opened < 6000)
  }
}
