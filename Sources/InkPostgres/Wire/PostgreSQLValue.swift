import NIOCore

/// A parameter of a statement. Values travel beside the statement's text, never in it.
enum PostgreSQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case bytes([UInt8])
  case integers([Int64])
  case reals([Double])
  case texts([String])
  /// pgvector's `vector`; the statement casts the parameter to it, for the type's number is the database's own.
  case vector([Float])

  /// A text, or null.
  static func optional(_ text: String?) -> PostgreSQLValue { text.map { .text($0) } ?? .null }

  /// A number, or null.
  static func optional(_ number: Double?) -> PostgreSQLValue { number.map { .real($0) } ?? .null }

  /// The number of its type in `pg_type`; 0 where the server tells the type from the statement.
  var type: UInt32 {
    switch self {
    case .null, .vector: 0
    case .integer: 20
    case .real: 701
    case .text: 25
    case .bytes: 17
    case .integers: 1016
    case .reals: 1022
    case .texts: 1009
    }
  }

  /// Appends the value as Bind carries it: its size and its binary form.
  func write(to buffer: inout ByteBuffer) {
    switch self {
    case .null:
      buffer.writeInteger(Int32(-1))
    case .integer(let value):
      buffer.writeInteger(Int32(8))
      buffer.writeInteger(value)
    case .real(let value):
      buffer.writeInteger(Int32(8))
      buffer.writeInteger(value.bitPattern)
    case .text(let value):
      buffer.writeInteger(Int32(clamping: value.utf8.count))
      buffer.writeString(value)
    case .bytes(let value):
      buffer.writeInteger(Int32(clamping: value.count))
      buffer.writeBytes(value)
    case .integers(let values):
      Self.writeArray(of: 20, values.map { .integer($0) }, to: &buffer)
    case .reals(let values):
      Self.writeArray(of: 701, values.map { .real($0) }, to: &buffer)
    case .texts(let values):
      Self.writeArray(of: 25, values.map { .text($0) }, to: &buffer)
    case .vector(let elements):
      buffer.writeInteger(Int32(clamping: 4 + 4 * elements.count))
      buffer.writeInteger(UInt16(clamping: elements.count))
      buffer.writeInteger(UInt16(0))
      for element in elements { buffer.writeInteger(element.bitPattern) }
    }
  }

  /// Bytes that ``write(to:)`` appends.
  var size: Int {
    switch self {
    case .null: 4
    case .integer, .real: 12
    case .text(let value): 4 + value.utf8.count
    case .bytes(let value): 4 + value.count
    case .integers(let values): 24 + 12 * values.count
    case .reals(let values): 24 + 12 * values.count
    case .texts(let values): values.reduce(24) { $0 + 4 + $1.utf8.count }
    case .vector(let elements): 8 + 4 * elements.count
    }
  }

  /// Dimensions, whether there are nulls, the elements' type, the length and first index of the one dimension,
  /// elements.
  private static func writeArray(of type: UInt32, _ values: [PostgreSQLValue], to buffer: inout ByteBuffer) {
    buffer.writeInteger(Int32(clamping: 20 + values.reduce(0) { $0 + $1.size }))
    buffer.writeInteger(Int32(1))
    buffer.writeInteger(Int32(0))
    buffer.writeInteger(type)
    buffer.writeInteger(Int32(clamping: values.count))
    buffer.writeInteger(Int32(1))
    for value in values { value.write(to: &buffer) }
  }
}
