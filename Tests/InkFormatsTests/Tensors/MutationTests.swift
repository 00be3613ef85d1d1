import Foundation
import InkFormats
import InkTensor
import Testing

/// Files damaged in thousands of ways. The process would end on a trap, so reaching the end is the proof; whatever
/// still opens is used, which must not trap either.
@Suite("Damaged headers", .serialized)
struct MutationTests {
  /// A small generator (SplitMix64; Steele, Lea, Flood 2014), so that a failure can be repeated.
  struct Random {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
  }

  static let extremes: [UInt64] = [
    0, 1, 2, 7, 8, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32, 1 << 40, 1 << 62, .max / 8, .max / 4,
    .max / 2, .max / 2 + 1, .max - 31, .max - 1, .max,
  ]
  static let texts = [
    "9223372036854775807", "9223372036854775808", "-1", "1e400", "[", "{", "\"", "\\u", "}", "null", "\u{0}", ",,",
    "\"a\":{\"dtype\":\"F64\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]},",
  ]

  /// One damaged copy of `bytes`, mostly inside the first `header` bytes.
  static func damaged(_ bytes: [UInt8], header: Int, _ random: inout Random) -> [UInt8] {
    var copy = bytes
    for _ in 0...random.below(3) {
      let at = random.below(min(header, max(copy.count, 1)))
      switch random.below(7) {
      case 0 where at < copy.count: copy[at] ^= 1 << UInt8(random.below(8))
      case 1 where at < copy.count: copy[at] = UInt8(random.below(256))
      case 2: copy.removeSubrange(min(at, copy.count)..<copy.count)
      case 3: copy.insert(contentsOf: (0..<random.below(12)).map { UInt8($0 * 37 % 256) }, at: min(at, copy.count))
      case 4:
        let value = extremes[random.below(extremes.count)]
        for index in 0..<[1, 2, 4, 8][random.below(4)] where at + index < copy.count {
          copy[at + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
      case 5: copy.insert(contentsOf: texts[random.below(texts.count)].utf8, at: min(at, copy.count))
      default:
        let end = min(at + random.below(24), copy.count)
        if at < end { copy.removeSubrange(at..<end) }
      }
    }
    return copy
  }

  /// Every extreme number at every place of the header, with each width.
  static func spliced(_ bytes: [UInt8], header: Int, _ use: ([UInt8]) -> Void) {
    for at in 0..<header {
      for value in extremes {
        for width in [1, 4, 8] where at + width <= bytes.count {
          var copy = bytes
          for index in 0..<width { copy[at + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
          use(copy)
        }
      }
    }
  }

  private func use(_ source: any TensorSource) {
    for name in source.tensorNames {
      guard let tensor = source.find(name), tensor.info.byteCount < 1 << 16 else { continue }
      _ = try? tensor.tensor()
      _ = try? tensor.float32()
      _ = try? tensor.rows(0..<1)
    }
  }

  private func openSafetensors(_ bytes: [UInt8]) {
    if let file = try? SafetensorsFile(Storage.copying(bytes), path: "damaged") { use(file) }
  }

  private func openGGUF(_ bytes: [UInt8]) {
    guard let file = try? GGUFFile(Storage.copying(bytes), path: "damaged") else { return }
    use(file)
    for key in file.metadata.keys {
      _ = try? file.metadata.int(for: key)
      if let list = try? file.metadata.strings(for: key) { _ = list.packed() }
    }
  }

  /// The most memory the process has had so far, in bytes; 0 where the system does not tell.
  private func peakMemory() -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 * 1024 } ?? 0
  }

  private static func headerByteCount(_ safetensors: [UInt8]) -> Int {
    8 + safetensors.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
  }

  /// Room for the other tests of this process, which run at the same time; a count that is believed without a look at
  /// the file's size asks for more.
  private static let bound = 3 << 30

  @Test("a damaged safetensors file never traps and takes no more memory than its size warrants")
  func safetensors() throws {
    let bytes = try GoldenData.bytes(GoldenData.fixtures + "/formats/dtypes.safetensors")
    let header = Self.headerByteCount(bytes)
    let before = peakMemory()
    var random = Random(state: 1)
    for _ in 0..<20_000 { openSafetensors(Self.damaged(bytes, header: header, &random)) }
    for length in 0..<bytes.count { openSafetensors(Array(bytes[..<length])) }
    for at in 0..<header {
      for bit in 0..<8 {
        var copy = bytes
        copy[at] ^= 1 << UInt8(bit)
        openSafetensors(copy)
      }
    }
    #expect(peakMemory() - before < MutationTests.bound)
  }

  @Test("a damaged GGUF file never traps and takes no more memory than its size warrants")
  func gguf() throws {
    let bytes = try GoldenData.bytes(GoldenData.fixtures + "/quant/gguf_file/tiny.gguf")
    let file = try GGUFFile(Storage.copying(bytes), path: "tiny")
    let header = file.tensorNames.compactMap { file.find($0)?.byteRange.lowerBound }.min() ?? 0
    let before = peakMemory()
    var random = Random(state: 2)
    for _ in 0..<20_000 { openGGUF(Self.damaged(bytes, header: header, &random)) }
    for length in 0..<bytes.count { openGGUF(Array(bytes[..<length])) }
    Self.spliced(bytes, header: header) { openGGUF($0) }
    #expect(peakMemory() - before < MutationTests.bound)
  }

  @Test("a damaged index or configuration never traps")
  func json() throws {
    let bytes = try GoldenData.bytes(GoldenData.fixtures + "/formats/model.safetensors.index.json")
    var random = Random(state: 3)
    var opened = 0
    for _ in 0..<20_000 {
      let copy = Self.damaged(bytes, header: bytes.count, &random)
      if let document = try? JSONDocument(copy, file: "damaged") {
        opened += 1
        _ = try? document.root["weight_map"].members
      }
    }
    #expect(opened < 20_000)
  }
}
