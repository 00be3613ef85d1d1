/// Writes protobuf fields one after the other.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ message: ProtobufMessage) {
    for field in message.fields { write(field.number, field.value) }
  }

  mutating func write(_ number: Int, _ value: ProtobufMessage.Value) {
    switch value {
    case .varint(let value):
      tag(number, wireType: 0)
      varint(value)
    case .fixed64(let bits):
      tag(number, wireType: 1)
      for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
    case .bytes(let content): write(number, content)
    case .fixed32(let bits):
      tag(number, wireType: 5)
      for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 * index))) }
    }
  }

  mutating func write(_ number: Int, _ content: some Collection<UInt8>) {
    tag(number, wireType: 2)
    varint(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  private mutating func tag(_ number: Int, wireType: UInt64) {
    varint(UInt64(truncatingIfNeeded: number) << 3 | wireType)
  }

  private mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value & 0x7F) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: value))
  }
}
