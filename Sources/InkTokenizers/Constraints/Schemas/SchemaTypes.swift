/// The types that a schema permits.
struct SchemaTypes: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  static let null = SchemaTypes(rawValue: 1)
  static let boolean = SchemaTypes(rawValue: 2)
  static let integer = SchemaTypes(rawValue: 4)
  /// Any number; a set with it holds `integer` too.
  static let number = SchemaTypes(rawValue: 8)
  static let string = SchemaTypes(rawValue: 16)
  static let array = SchemaTypes(rawValue: 32)
  static let object = SchemaTypes(rawValue: 64)
  static let all = SchemaTypes(rawValue: 127)

  /// The type of that name, nil if there is none.
  static func named(_ name: String) -> SchemaTypes? {
    switch name {
    case "null": .null
    case "boolean": .boolean
    case "integer": .integer
    case "number": [.integer, .number]
    case "string": .string
    case "array": .array
    case "object": .object
    default: nil
    }
  }
}
