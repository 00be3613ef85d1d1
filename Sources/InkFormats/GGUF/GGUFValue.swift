/// A value of GGUF metadata with the type it has in the file.
public enum GGUFValue: Sendable, Hashable {
  case uint8(UInt8)
  case int8(Int8)
  case uint16(UInt16)
  case int16(Int16)
  case uint32(UInt32)
  case int32(Int32)
  case uint64(UInt64)
  case int64(Int64)
  case float32(Float)
  case float64(Double)
  case bool(Bool)
  case string(String)
  case array(GGUFArray)

  /// The type's number and name.
  public var type: GGUFValueType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .uint64: .uint64
    case .int64: .int64
    case .float32: .float32
    case .float64: .float64
    case .bool: .bool
    case .string: .string
    case .array: .array
    }
  }

  /// The value as an `Int` when it is a whole-number type that fits one.
  public var int: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(value)
    case .float32, .float64, .bool, .string, .array: nil
    }
  }

  /// What to call the value in a message.
  var kind: String {
    switch self {
    case .array(let array): "an array of \(array.count) \(array.elementType)"
    case .string(let text): "the string \(FormatError.quoted(text))"
    case .uint64(let value): "\(value)"
    case .float32(let value): "the float32 \(value)"
    case .float64(let value): "the float64 \(value)"
    case .bool(let value): "\(value)"
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64: "\(type) \(int ?? 0)"
    }
  }
}

/// An array of GGUF metadata: elements of one type.
public enum GGUFArray: Sendable, Hashable {
  case uint8([UInt8])
  case int8([Int8])
  case uint16([UInt16])
  case int16([Int16])
  case uint32([UInt32])
  case int32([Int32])
  case uint64([UInt64])
  case int64([Int64])
  case float32([Float])
  case float64([Double])
  case bool([Bool])
  case strings(GGUFStringArray)
  case arrays([GGUFArray])

  /// The type of the elements.
  public var elementType: GGUFValueType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .uint64: .uint64
    case .int64: .int64
    case .float32: .float32
    case .float64: .float64
    case .bool: .bool
    case .strings: .string
    case .arrays: .array
    }
  }

  /// The number of elements.
  public var count: Int {
    switch self {
    case .uint8(let list): list.count
    case .int8(let list): list.count
    case .uint16(let list): list.count
    case .int16(let list): list.count
    case .uint32(let list): list.count
    case .int32(let list): list.count
    case .uint64(let list): list.count
    case .int64(let list): list.count
    case .float32(let list): list.count
    case .float64(let list): list.count
    case .bool(let list): list.count
    case .strings(let list): list.count
    case .arrays(let list): list.count
    }
  }

  /// The elements as `Int` when they are of a whole-number type and fit.
  public var ints: [Int]? {
    switch self {
    case .uint8(let list): return list.map { Int($0) }
    case .int8(let list): return list.map { Int($0) }
    case .uint16(let list): return list.map { Int($0) }
    case .int16(let list): return list.map { Int($0) }
    case .uint32(let list): return list.map { Int($0) }
    case .int32(let list): return list.map { Int($0) }
    case .int64(let list): return list.map { Int($0) }
    case .uint64(let list):
      let whole = list.compactMap { Int(exactly: $0) }
      return whole.count == list.count ? whole : nil
    case .float32, .float64, .bool, .strings, .arrays: return nil
    }
  }
}
