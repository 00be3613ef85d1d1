import InkChat

/// What a type asked its decoder for.
///
/// One exploration is one call on one task; the class is never shared.
final class SchemaRecord {
  private enum Shape {
    case unknown
    case value(JSONValue)
    case object
    case array([JSONValue])
  }
  let path: [String]
  private var shape = Shape.unknown
  private var members: [JSONMember] = []
  private var required: [String] = []

  init(path: [String]) { self.path = path }

  /// The type reads members by name.
  func beginObject() { shape = .object }

  /// The type is one value.
  func set(_ schema: JSONValue) { shape = .value(schema) }

  /// The type reads elements one by one, each of a type of its own.
  func beginArray() { shape = .array([]) }

  func add(element: JSONValue) {
    guard case .array(let elements) = shape else { return }
    shape = .array(elements + [element])
  }

  func add(_ name: String, _ schema: JSONValue, isRequired: Bool) {
    guard !members.contains(where: { $0.name == name }) else { return }
    members.append(JSONMember(name, schema))
    if isRequired { required.append(name) }
  }

  /// The schema of what was asked for, with the descriptions that the type gives.
  func schema(of type: any Decodable.Type) throws(ChainError) -> JSONValue {
    switch shape {
    case .unknown: throw SchemaExplorer.error(path, found: "\(type), which reads nothing")
    case .value(let schema): return schema
    case .array(let elements):
      guard let first = elements.first, elements.allSatisfy({ $0 == first }) else {
        throw SchemaExplorer.error(path, found: "\(type), an array of different elements")
      }
      return [
        "type": "array", "items": first, "minItems": .integer(Int64(elements.count)),
        "maxItems": .integer(Int64(elements.count)),
      ]
    case .object: return try object(type)
    }
  }

  private func object(_ type: any Decodable.Type) throws(ChainError) -> JSONValue {
    if let described = type as? any SchemaDescribed.Type {
      for (name, sentence) in described.memberDescriptions.sorted(by: { $0.key < $1.key }) {
        guard let position = members.firstIndex(where: { $0.name == name }) else {
          throw ChainError(
            .invalidInput, context: "descriptions of \(type)",
            expected: "one of " + members.map(\.name).joined(separator: ", "), found: "\"\(name)\"")
        }
        guard case .object(let inner) = members[position].value else { continue }
        let others = inner.filter { $0.name != "description" }
        members[position].value = .object(others + [JSONMember("description", .string(sentence))])
      }
    }
    return [
      "type": "object", "properties": .object(members), "required": .array(required.map { .string($0) }),
      "additionalProperties": false,
    ]
  }
}
