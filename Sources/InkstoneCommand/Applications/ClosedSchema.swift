package import InkChat

/// A JSON Schema for what is read out of a text: where objects name their members, they have no others.
///
/// A schema that does not say so lets a model invent members until its answer is cut.
package enum ClosedSchema {
  /// The schema, with `additionalProperties` set where objects name their members and nothing is said of others.
  ///
  /// One that joins schemas by `allOf` stays as it is: each of them would refuse the members of the others.
  package static func of(_ schema: JSONValue) -> JSONValue { joins(schema) ? schema : closed(schema) }

  private static func joins(_ schema: JSONValue) -> Bool {
    switch schema {
    case .object(let members): members.contains { $0.name == "allOf" || joins($0.value) }
    case .array(let elements): elements.contains(where: joins)
    case .null, .boolean, .integer, .number, .string: false
    }
  }

  private static func closed(_ schema: JSONValue) -> JSONValue {
    guard case .object(let members) = schema else { return schema }
    let names = Set(members.map(\.name))
    let inner = members.map { JSONMember($0.name, inside($0, beside: names)) }
    // Beside these, other schemas may name members too.
    let others: Set<String> = [
      "additionalProperties", "unevaluatedProperties", "patternProperties", "anyOf", "oneOf", "$ref",
    ]
    guard names.contains("properties"), names.isDisjoint(with: others) else { return .object(inner) }
    return .object(inner + [JSONMember("additionalProperties", false)])
  }

  /// What stands under a keyword, where that is a schema, a list of them, or schemas by name.
  private static func inside(_ member: JSONMember, beside names: Set<String>) -> JSONValue {
    switch (member.name, member.value) {
    case ("properties", .object(let schemas)), ("$defs", .object(let schemas)), ("definitions", .object(let schemas)):
      .object(schemas.map { JSONMember($0.name, closed($0.value)) })
    case ("items", let schema), ("additionalProperties", let schema): closed(schema)
    case ("prefixItems", .array(let schemas)): .array(schemas.map(closed))
    case ("anyOf", .array(let ways)), ("oneOf", .array(let ways)):
      names.contains("properties") ? member.value : .array(ways.map(closed))
    default: member.value
    }
  }
}
