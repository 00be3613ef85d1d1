/// An address of the internet protocol, read from its usual text.
struct NetworkAddress: Hashable, Sendable {
  /// 4 or 16 bytes.
  let bytes: [UInt8]

  /// An address; nil for text that is none. Numbers with leading zeros are none either, since some programs take them
  /// for octal and so for another address.
  init?(_ text: String) {
    if let four = Self.version4(text) {
      bytes = four
    } else if let sixteen = Self.version6(text) {
      bytes = sixteen
    } else {
      return nil
    }
  }

  private static func version4(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        part.count == 1 || part.first != "0", let byte = UInt8(part)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func version6(_ text: String) -> [UInt8]? {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard text.contains(":"), (1...2).contains(halves.count) else { return nil }
    guard let head = groups(halves[0]) else { return nil }
    guard halves.count == 2 else { return head.count == 16 ? head : nil }
    guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func groups(_ text: Substring) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var bytes: [UInt8] = []
    for (position, part) in parts.enumerated() {
      if part.contains(".") {
        guard position == parts.count - 1, let four = version4(part) else { return nil }
        bytes += four
        continue
      }
      guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let group = UInt16(part, radix: 16)
      else { return nil }
      bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
    }
    return bytes
  }

  /// Whether the address is one of the public internet (RFC 6890 and its successors list the others).
  var isPublic: Bool {
    if bytes.count == 4 { return Self.isPublic4(bytes) }
    // ::ffff:0:0/96 and 64:ff9b::/96 hold an address of version 4; 2002::/16 (6to4) holds one further in front.
    if bytes[..<10].allSatisfy({ $0 == 0 }) && bytes[10] == 0xFF && bytes[11] == 0xFF {
      return Self.isPublic4(Array(bytes[12...]))
    }
    if bytes[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
      return Self.isPublic4(Array(bytes[12...]))
    }
    // Global unicast is 2000::/3; loopback, unspecified, unique local, link-local and multicast lie outside.
    guard bytes[0] & 0xE0 == 0x20 else { return false }
    let group = (bytes[0], bytes[1], bytes[2], bytes[3])
    if group.0 == 0x20 && group.1 == 0x02 { return false }
    if group == (0x20, 0x01, 0x0D, 0xB8) { return false }
    if group.0 == 0x20 && group.1 == 0x01 && group.2 < 2 { return false }
    // Documentation: 3fff::/20 (RFC 9637).
    if group.0 == 0x3F && group.1 == 0xFF && group.2 < 0x10 { return false }
    return true
  }

  private static func isPublic4(_ bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (169, 254, _), (172, 16...31, _), (192, 168, _): false
    case (100, 64...127, _), (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _): false
    case (198, 51, 100), (203, 0, 113), (224...255, _, _): false
    default: true
    }
  }
}
