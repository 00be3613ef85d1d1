/// Bytes read as big-endian numbers; everything outside them is nil.
struct BigEndianBytes {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var count: Int { bytes.count }

  func u8(_ place: Int) -> Int? { number(place, 1) }

  func u16(_ place: Int) -> Int? { number(place, 2) }

  func u32(_ place: Int) -> Int? { number(place, 4) }

  private func number(_ place: Int, _ width: Int) -> Int? {
    guard place >= 0, place <= bytes.count, width <= bytes.count - place else { return nil }
    var value = 0
    for index in place..<place + width { value = value << 8 | Int(bytes[index]) }
    return value
  }
}
