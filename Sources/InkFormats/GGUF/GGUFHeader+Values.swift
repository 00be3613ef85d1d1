import InkTensor

extension GGUFHeader {
  static func type(
    _ cursor: inout GGUFCursor, _ bytes: RawSpan, _ key: String
  ) throws(FormatError) -> GGUFValueType {
    let number = try cursor.integer(UInt32.self, in: bytes, place(key))
    guard let type = GGUFValueType(rawValue: number) else {
      throw FormatError(
        .unsupported, file: cursor.file, context: place(key), expected: "a value type from 0 to 12", found: "\(number)")
    }
    return type
  }

  private static func place(_ key: String) -> String { "metadata \(FormatError.quoted(key))" }

  static func value(
    _ type: GGUFValueType, _ cursor: inout GGUFCursor, _ bytes: RawSpan, _ storage: Storage, _ key: String
  ) throws(FormatError) -> GGUFValue {
    switch type {
    case .uint8: return .uint8(try cursor.integer(UInt8.self, in: bytes, place(key)))
    case .int8: return .int8(try cursor.integer(Int8.self, in: bytes, place(key)))
    case .uint16: return .uint16(try cursor.integer(UInt16.self, in: bytes, place(key)))
    case .int16: return .int16(try cursor.integer(Int16.self, in: bytes, place(key)))
    case .uint32: return .uint32(try cursor.integer(UInt32.self, in: bytes, place(key)))
    case .int32: return .int32(try cursor.integer(Int32.self, in: bytes, place(key)))
    case .uint64: return .uint64(try cursor.integer(UInt64.self, in: bytes, place(key)))
    case .int64: return .int64(try cursor.integer(Int64.self, in: bytes, place(key)))
    case .float32: return .float32(Float(bitPattern: try cursor.integer(UInt32.self, in: bytes, place(key))))
    case .float64: return .float64(Double(bitPattern: try cursor.integer(UInt64.self, in: bytes, place(key))))
    case .bool: return .bool(try flag(&cursor, bytes, key))
    case .string: return .string(try cursor.string(limit: maximumStringByteCount, in: bytes, place(key)))
    case .array: return .array(try array(&cursor, bytes, storage, key, depth: 1))
    }
  }

  private static func flag(_ cursor: inout GGUFCursor, _ bytes: RawSpan, _ key: String) throws(FormatError) -> Bool {
    let byte = try cursor.integer(UInt8.self, in: bytes, place(key))
    guard byte <= 1 else {
      throw FormatError(
        .malformed, file: cursor.file, context: place(key), expected: "0 or 1 for a boolean", found: "\(byte)")
    }
    return byte == 1
  }

  private static func array(
    _ cursor: inout GGUFCursor, _ bytes: RawSpan, _ storage: Storage, _ key: String, depth: Int
  ) throws(FormatError) -> GGUFArray {
    guard depth <= maximumArrayDepth else {
      throw FormatError(
        .unsupported, file: cursor.file, context: place(key), expected: "at most \(maximumArrayDepth) nested arrays")
    }
    let type = try self.type(&cursor, bytes, key)
    let count = try cursor.count(type.minimumByteCount, in: bytes, place(key))
    switch type {
    case .uint8: return .uint8(cursor.integers(UInt8.self, count, in: bytes))
    case .int8: return .int8(cursor.integers(Int8.self, count, in: bytes))
    case .uint16: return .uint16(cursor.integers(UInt16.self, count, in: bytes))
    case .int16: return .int16(cursor.integers(Int16.self, count, in: bytes))
    case .uint32: return .uint32(cursor.integers(UInt32.self, count, in: bytes))
    case .int32: return .int32(cursor.integers(Int32.self, count, in: bytes))
    case .uint64: return .uint64(cursor.integers(UInt64.self, count, in: bytes))
    case .int64: return .int64(cursor.integers(Int64.self, count, in: bytes))
    case .float32: return .float32(cursor.integers(UInt32.self, count, in: bytes).map { Float(bitPattern: $0) })
    case .float64: return .float64(cursor.integers(UInt64.self, count, in: bytes).map { Double(bitPattern: $0) })
    case .bool:
      var flags: [Bool] = []
      flags.reserveCapacity(count)
      for _ in 0..<count { flags.append(try flag(&cursor, bytes, key)) }
      return .bool(flags)
    case .string:
      let starts = try cursor.stringStarts(count, in: bytes, place(key))
      return .strings(GGUFStringArray(storage: storage, starts: starts))
    case .array:
      var arrays: [GGUFArray] = []
      for _ in 0..<count { arrays.append(try array(&cursor, bytes, storage, key, depth: depth + 1)) }
      return .arrays(arrays)
    }
  }
}
