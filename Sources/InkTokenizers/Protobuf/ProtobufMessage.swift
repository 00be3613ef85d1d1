/// A small protobuf message whose fields are kept in order, the unknown ones too, so that it can be written back.
struct ProtobufMessage: Sendable, Equatable {
  /// A field and what it holds.
  struct Field: Sendable, Equatable {
    var number: Int
    var value: Value
  }

  /// The four forms in which a field is written.
  enum Value: Sendable, Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes([UInt8])
  }

  private(set) var fields: [Field] = []

  init() {}

  /// Adds the fields of a message inside `bytes` behind those that are there: what protobuf calls merging.
  mutating func merge(_ bytes: [UInt8], in range: Range<Int>, name: String) throws(TokenizerError) {
    var reader = ProtobufReader(bytes, in: range, name: name)
    while let field = try reader.next() { append(field, of: bytes) }
  }

  /// Adds a field that was read from `bytes`.
  mutating func append(_ field: ProtobufReader.Field, of bytes: [UInt8]) {
    let value: Value =
      switch field.value {
      case .varint(let number): .varint(number)
      case .fixed64(let bits): .fixed64(bits)
      case .fixed32(let bits): .fixed32(bits)
      case .bytes(let range): .bytes(Array(bytes[range]))
      }
    fields.append(Field(number: field.number, value: value))
  }

  // MARK: Fields by number; of several the last one counts

  /// A whole number, or nil where the field is absent or of another form.
  func varint(_ number: Int) -> UInt64? {
    for field in fields.reversed() where field.number == number {
      if case .varint(let value) = field.value { return value }
    }
    return nil
  }

  /// A 32-bit number with a sign.
  func int32(_ number: Int) -> Int32? { varint(number).map { Int32(truncatingIfNeeded: $0) } }

  /// True or false.
  func bool(_ number: Int) -> Bool? { varint(number).map { $0 != 0 } }

  /// Bytes, or the UTF-8 of a string.
  func bytes(_ number: Int) -> [UInt8]? {
    for field in fields.reversed() where field.number == number {
      if case .bytes(let value) = field.value { return value }
    }
    return nil
  }

  /// Replaces all fields of a number by one, which stands where the first was; nil takes them away.
  mutating func set(_ number: Int, _ value: Value?) {
    let place = fields.firstIndex { $0.number == number } ?? fields.count
    fields.removeAll { $0.number == number }
    if let value { fields.insert(Field(number: number, value: value), at: min(place, fields.count)) }
  }

  mutating func set(_ number: Int, _ value: Bool) { set(number, .varint(value ? 1 : 0)) }
  mutating func set(_ number: Int, _ value: String) { set(number, .bytes(Array(value.utf8))) }
  mutating func set(_ number: Int, _ value: Int32) { set(number, .varint(UInt64(bitPattern: Int64(value)))) }
}
