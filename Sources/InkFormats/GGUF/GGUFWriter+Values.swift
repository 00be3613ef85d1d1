import InkTensor

extension GGUFWriter {
  static func append<Value: FixedWidthInteger>(_ value: Value, to out: inout [UInt8]) {
    for index in 0..<Value.bitWidth / 8 { out.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  /// The bytes of a string with its length before them.
  static func lengthPrefixed(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    append(UInt64(text.utf8.count), to: &out)
    out.append(contentsOf: text.utf8)
    return out
  }

  static func append(_ value: GGUFValue, to out: inout [UInt8]) {
    switch value {
    case .uint8(let value): append(value, to: &out)
    case .int8(let value): append(value, to: &out)
    case .uint16(let value): append(value, to: &out)
    case .int16(let value): append(value, to: &out)
    case .uint32(let value): append(value, to: &out)
    case .int32(let value): append(value, to: &out)
    case .uint64(let value): append(value, to: &out)
    case .int64(let value): append(value, to: &out)
    case .float32(let value): append(value.bitPattern, to: &out)
    case .float64(let value): append(value.bitPattern, to: &out)
    case .bool(let flag): out.append(flag ? 1 : 0)
    case .string(let text): out.append(contentsOf: lengthPrefixed(text))
    case .array(let array): append(array, to: &out)
    }
  }

  private static func append(_ array: GGUFArray, to out: inout [UInt8]) {
    append(array.elementType.rawValue, to: &out)
    append(UInt64(array.count), to: &out)
    switch array {
    case .uint8(let list): out.append(contentsOf: list)
    case .int8(let list): for value in list { append(value, to: &out) }
    case .uint16(let list): for value in list { append(value, to: &out) }
    case .int16(let list): for value in list { append(value, to: &out) }
    case .uint32(let list): for value in list { append(value, to: &out) }
    case .int32(let list): for value in list { append(value, to: &out) }
    case .uint64(let list): for value in list { append(value, to: &out) }
    case .int64(let list): for value in list { append(value, to: &out) }
    case .float32(let list): for value in list { append(value.bitPattern, to: &out) }
    case .float64(let list): for value in list { append(value.bitPattern, to: &out) }
    case .bool(let list): for flag in list { out.append(flag ? 1 : 0) }
    case .strings(let list):
      let (storage, range) = list.encoded
      out.append(contentsOf: storage.bytes(in: range))
    case .arrays(let list): for element in list { append(element, to: &out) }
    }
  }
}
