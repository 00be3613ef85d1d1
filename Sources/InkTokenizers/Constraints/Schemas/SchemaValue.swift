/// A JSON value of a schema: objects keep their order, numbers their digits.
indirect enum SchemaValue: Sendable {
  case null
  case boolean(Bool)
  case number(SchemaNumber)
  case string(String)
  case array([SchemaValue])
  case object([(name: String, value: SchemaValue)])

  /// The member of an object, nil if there is none or this is no object; of two with one name the last counts.
  subscript(name: String) -> SchemaValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// What the value is, for a message.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let value): value.text
    case .string(let value): "\"\(value.prefix(60))\""
    case .array(let values): "a list of \(values.count)"
    case .object: "an object"
    }
  }

  /// The types that the value has.
  var types: SchemaTypes {
    switch self {
    case .null: .null
    case .boolean: .boolean
    case .number(let number): number.isWhole ? [.integer, .number] : .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  /// The value on one line without blanks.
  var text: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let value): value.text
    case .string(let value): JSONNotation.quoted(value)
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { JSONNotation.quoted($0.name) + ":" + $0.value.text }.joined(separator: ",") + "}"
    }
  }
}

extension SchemaValue: Equatable {
  /// Numbers are equal by value; objects whatever the order of their members.
  static func == (left: SchemaValue, right: SchemaValue) -> Bool {
    switch (left, right) {
    case (.null, .null): return true
    case (.boolean(let first), .boolean(let second)): return first == second
    case (.number(let first), .number(let second)): return first == second
    case (.string(let first), .string(let second)): return first.unicodeScalars.elementsEqual(second.unicodeScalars)
    case (.array(let first), .array(let second)): return first == second
    case (.object(let first), .object(let second)):
      return first.count == second.count && first.allSatisfy { right[$0.name] == $0.value }
    default: return false
    }
  }
}

extension SchemaValue {
  /// Reads JSON.
  ///
  /// - Throws: `GrammarError` with the offset.
  init(parsing bytes: [UInt8]) throws(GrammarError) {
    do {
      var reader = try JSONReader(bytes, name: "schema")
      self = try reader.readSchemaValue()
      try reader.finish()
    } catch {
      throw GrammarError(
        .malformed, in: error.context, expected: error.expected, found: error.found,
        hint: "A schema is JSON text in UTF-8, at most 100 levels deep.")
    }
  }
}

extension JSONReader {
  /// Reads any value with numbers as they are written.
  fileprivate mutating func readSchemaValue() throws(TokenizerError) -> SchemaValue {
    switch peek() {
    case UInt8(ascii: "{"):
      var members: [(name: String, value: SchemaValue)] = []
      try readObject { (reader, name) throws(TokenizerError) in
        members.append((name, try reader.readSchemaValue()))
      }
      return .object(members)
    case UInt8(ascii: "["):
      var values: [SchemaValue] = []
      try readArray { reader throws(TokenizerError) in values.append(try reader.readSchemaValue()) }
      return .array(values)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", .boolean(true))
    case UInt8(ascii: "f"): return try readWord("false", .boolean(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    default:
      let text = try readNumberText()
      guard let number = SchemaNumber(text) else { throw error("a number of at most 100 digits before this place") }
      return .number(number)
    }
  }
}
