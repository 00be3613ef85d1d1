extension [UInt8] {
  /// Appends a number's bytes, the lowest first.
  mutating func appendLittleEndian(_ value: some FixedWidthInteger & UnsignedInteger) {
    var rest = value
    for _ in 0..<(value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }
}

extension RawSpan {
  /// A number at a place, its lowest byte first. The place is inside the span.
  @inline(__always)
  func number<Value: FixedWidthInteger & BitwiseCopyable>(at place: Int, as type: Value.Type) -> Value {
    Value(littleEndian: unsafeLoadUnaligned(fromByteOffset: place, as: Value.self))
  }
}
