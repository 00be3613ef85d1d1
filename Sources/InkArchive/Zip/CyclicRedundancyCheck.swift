/// The 32-bit check sum of ZIP and PNG (polynomial 0xEDB88320), eight bytes a step with eight tables.
package struct CyclicRedundancyCheck: Sendable {
  /// 8 tables of 256 entries: `tables[k * 256 + b]` is the effect of byte `b` followed by `k` zero bytes.
  private let tables: [UInt32]
  private var state: UInt32 = 0xFFFF_FFFF

  package init() {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
      tables[byte] = value
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables[index] = (before >> 8) ^ tables[Int(before & 0xFF)]
    }
    self.tables = tables
  }

  /// The check sum of everything taken in.
  package var value: UInt32 { ~state }

  /// Takes in the next bytes.
  package mutating func update(_ bytes: [UInt8]) {
    // A copy of the reference, so that `state` can be written while the span is alive.
    let tables = self.tables
    let table = tables.span
    let data = bytes.span
    var current = state
    var index = 0
    while index + 8 <= data.count {
      let low =
        current
        ^ (UInt32(data[index]) | UInt32(data[index + 1]) << 8 | UInt32(data[index + 2]) << 16
          | UInt32(data[index + 3]) << 24)
      let first = table[0x700 + Int(low & 0xFF)] ^ table[0x600 + Int(low >> 8 & 0xFF)]
      let second = table[0x500 + Int(low >> 16 & 0xFF)] ^ table[0x400 + Int(low >> 24)]
      let third = table[0x300 + Int(data[index + 4])] ^ table[0x200 + Int(data[index + 5])]
      let fourth = table[0x100 + Int(data[index + 6])] ^ table[Int(data[index + 7])]
      current = first ^ second ^ third ^ fourth
      index += 8
    }
    while index < data.count {
      current = (current >> 8) ^ table[Int((current ^ UInt32(data[index])) & 0xFF)]
      index += 1
    }
    state = current
  }
}
