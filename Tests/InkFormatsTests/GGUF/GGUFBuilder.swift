/// Makes GGUF files byte by byte, wrong ones too.
struct GGUFBuilder {
  var magic: [UInt8] = Array("GGUF".utf8)
  var version: UInt32 = 3
  var tensorCount: UInt64?
  var pairCount: UInt64?
  var pairs: [[UInt8]] = []
  var tensors: [[UInt8]] = []
  var data: [UInt8] = []

  static func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func string(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + Array(text.utf8) }

  static func pair(_ key: String, type: UInt32, _ value: [UInt8]) -> [UInt8] { string(key) + number(type) + value }

  static func tensor(_ name: String, _ dimensions: [UInt64], type: UInt32, offset: UInt64) -> [UInt8] {
    string(name) + number(UInt32(dimensions.count)) + dimensions.flatMap { number($0) } + number(type) + number(offset)
  }

  var bytes: [UInt8] {
    var out = magic + Self.number(version) + Self.number(tensorCount ?? UInt64(tensors.count))
    out += Self.number(pairCount ?? UInt64(pairs.count))
    for part in pairs + tensors { out += part }
    if !data.isEmpty { out += [UInt8](repeating: 0, count: (32 - out.count % 32) % 32) + data }
    return out
  }
}
