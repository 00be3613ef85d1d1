/// Takes out the escape sequences of terminals (ECMA-48): colours, cursor movements, titles.
enum TerminalCodeStripper {
  private static let escape: UInt8 = 0x1B
  private static let bell: UInt8 = 0x07

  static func stripped(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(escape) else { return bytes }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var offset = 0
    while offset < bytes.count {
      guard bytes[offset] == escape else {
        output.append(bytes[offset])
        offset += 1
        continue
      }
      offset = end(ofSequence: bytes, from: offset + 1)
    }
    return output
  }

  private static func end(ofSequence bytes: [UInt8], from start: Int) -> Int {
    guard start < bytes.count else { return start }
    var offset = start + 1
    switch bytes[start] {
    case UInt8(ascii: "["):
      // Parameters and intermediates, then one final byte; a line end breaks a damaged sequence off.
      while offset < bytes.count, (0x20...0x3F).contains(bytes[offset]) { offset += 1 }
      if offset < bytes.count, (0x40...0x7E).contains(bytes[offset]) { offset += 1 }
      return offset
    case UInt8(ascii: "]"):
      // A title runs to a bell or to ESC \.
      while offset < bytes.count, bytes[offset] != 0x0A {
        if bytes[offset] == bell { return offset + 1 }
        if bytes[offset] == escape { return min(offset + 2, bytes.count) }
        offset += 1
      }
      return offset
    case 0x20...0x2F:
      while offset < bytes.count, (0x20...0x2F).contains(bytes[offset]) { offset += 1 }
      return min(offset + 1, bytes.count)
    case 0x30...0x7E: return offset
    default: return start
    }
  }
}
