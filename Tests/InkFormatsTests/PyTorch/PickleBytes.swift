import InkFormats
import InkTesting

/// Writes pickles by hand, as no library would.
struct PickleBytes {
  var bytes: [UInt8] = [0x80, 2]

  static func little(_ value: UInt64, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  mutating func raw(_ more: [UInt8]) { bytes += more }
  mutating func op(_ character: Character) { bytes += Array(String(character).utf8) }
  mutating func text(_ text: String) { bytes += [0x58] + Self.little(UInt64(text.utf8.count), 4) + Array(text.utf8) }
  mutating func int(_ value: Int32) { bytes += [0x4a] + Self.little(UInt64(UInt32(bitPattern: value)), 4) }
  mutating func long(_ value: UInt64) { bytes += [0x8a, 9] + Self.little(value, 8) + [0] }
  mutating func global(_ module: String, _ name: String) { bytes += Array("c\(module)\n\(name)\n".utf8) }
  mutating func put(_ index: UInt8) { bytes += [0x71, index] }
  mutating func get(_ index: UInt8) { bytes += [0x68, index] }

  /// A tensor of f32 over storage "0", with any numbers.
  mutating func tensor(count: Int32, offset: Int32, size: [Int32], stride: [Int32]) {
    global("torch._utils", "_rebuild_tensor_v2")
    raw([0x28, 0x28])
    text("storage")
    global("torch", "FloatStorage")
    text("0")
    text("cpu")
    int(count)
    op("t")
    op("Q")
    int(offset)
    for list in [size, stride] {
      op("(")
      for value in list { int(value) }
      op("t")
    }
    raw([0x89, 0x7d])
    op("t")
    op("R")
  }

  /// An archive with this pickle and a storage of `floats` zeros.
  func archive(floats: Int = 4, method: UInt16 = 0) -> [UInt8] {
    ZipBuilder(members: [
      .init(name: "archive/data.pkl", content: bytes, method: method),
      .init(name: "archive/byteorder", content: Array("little".utf8)),
      .init(name: "archive/data/0", content: [UInt8](repeating: 0, count: floats * 4)),
    ]).bytes()
  }
}
