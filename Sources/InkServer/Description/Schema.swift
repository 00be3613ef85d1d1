import InkChat

/// Writes JSON Schemas.
enum Schema {
  /// An object with these members; others are allowed, and named in a warning.
  static func object(_ members: [JSONMember], required: [String] = []) -> JSONValue {
    var schema = [JSONMember("type", "object"), JSONMember("properties", .object(members))]
    if !required.isEmpty { schema.append(JSONMember("required", .array(required.map { .string($0) }))) }
    return .object(schema)
  }

  /// A member that may be `null`, as every optional member of a request may.
  static func optional(_ name: String, _ schema: JSONValue, _ description: String = "") -> JSONMember {
    JSONMember(name, described(["anyOf": [schema, ["type": "null"]]], description))
  }

  /// A member.
  static func member(_ name: String, _ schema: JSONValue, _ description: String = "") -> JSONMember {
    JSONMember(name, described(schema, description))
  }

  static let string: JSONValue = ["type": "string"]
  static let text: JSONValue = ["type": "string", "minLength": 1]
  static let boolean: JSONValue = ["type": "boolean"]
  static let anything: JSONValue = .object([])
  static let freeObject: JSONValue = ["type": "object"]
  static let token: JSONValue = ["type": "integer", "minimum": 0, "maximum": 2_147_483_647]

  static func number(_ range: ClosedRange<Double>) -> JSONValue {
    ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
  }

  static func integer(_ range: ClosedRange<Int>) -> JSONValue {
    ["type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound))]
  }

  static func word(_ words: String...) -> JSONValue { ["type": "string", "enum": .array(words.map { .string($0) })] }

  static func list(_ items: JSONValue, _ count: ClosedRange<Int>? = nil) -> JSONValue {
    var schema = [JSONMember("type", "array"), JSONMember("items", items)]
    if let count {
      schema.append(JSONMember("minItems", .integer(Int64(count.lowerBound))))
      if count.upperBound < .max { schema.append(JSONMember("maxItems", .integer(Int64(count.upperBound)))) }
    }
    return .object(schema)
  }

  static func any(of schemas: JSONValue...) -> JSONValue { ["anyOf": .array(schemas)] }

  /// A schema that stands once in the document, under `components`.
  static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + name)] }

  private static func described(_ schema: JSONValue, _ description: String) -> JSONValue {
    guard !description.isEmpty, case .object(let members) = schema else { return schema }
    return .object(members + [JSONMember("description", .string(description))])
  }
}
