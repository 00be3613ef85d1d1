import InkChat
import Yams

extension ConfigurationReader {
  /// Free names with values of any kind, in order, as a chat template reads them.
  mutating func members(_ name: String) throws(ConfigurationError) -> [JSONMember]? {
    guard let node = node(name) else { return nil }
    guard case .object(let members) = try value(name, node, depth: 0) else {
      throw error(name, at: node, expected: "names with values")
    }
    return members
  }

  private func value(_ name: String, _ node: Node, depth: Int) throws(ConfigurationError) -> JSONValue {
    guard depth < 16 else { throw error(name, at: node, expected: "at most 16 values inside each other") }
    switch node {
    case .alias: throw error(name, at: node, expected: "a value")
    case .sequence(let sequence):
      var elements: [JSONValue] = []
      for element in sequence { elements.append(try value(name, element, depth: depth + 1)) }
      return .array(elements)
    case .mapping(let mapping):
      var members: [JSONMember] = []
      for (key, element) in mapping {
        guard case .scalar(let scalar) = key else { throw error(name, at: key, expected: "a name") }
        members.append(JSONMember(scalar.string, try value(name, element, depth: depth + 1)))
      }
      return .object(members)
    case .scalar(let scalar):
      switch ScalarKind(scalar) {
      case .null: return .null
      case .boolean(let boolean): return .boolean(boolean)
      case .text: return .string(scalar.string)
      case .number:
        if let whole = Int64(scalar.string) { return .integer(whole) }
        guard let number = Double(scalar.string), number.isFinite else {
          throw error(name, at: node, expected: "a decimal number")
        }
        return .number(number)
      }
    }
  }
}
