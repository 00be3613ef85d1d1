import InkChat

/// A collection that JSON has a form for.
protocol ExplorableContainer {
  static var emptyValue: Any { get }
  static func schema(path: [String]) throws(ChainError) -> JSONValue
}

extension Array: ExplorableContainer where Element: Decodable {
  static var emptyValue: Any { [Element]() }
  static func schema(path: [String]) throws(ChainError) -> JSONValue {
    ["type": "array", "items": try SchemaExplorer.schema(Element.self, path: path + ["[]"])]
  }
}

extension Set: ExplorableContainer where Element: Decodable {
  static var emptyValue: Any { Set<Element>() }
  static func schema(path: [String]) throws(ChainError) -> JSONValue {
    ["type": "array", "items": try SchemaExplorer.schema(Element.self, path: path + ["[]"])]
  }
}

extension Dictionary: ExplorableContainer where Key == String, Value: Decodable {
  static var emptyValue: Any { [String: Value]() }
  static func schema(path: [String]) throws(ChainError) -> JSONValue {
    ["type": "object", "additionalProperties": try SchemaExplorer.schema(Value.self, path: path + ["{}"])]
  }
}

extension Optional: ExplorableContainer where Wrapped: Decodable {
  static var emptyValue: Any { Self.none as Any }
  static func schema(path: [String]) throws(ChainError) -> JSONValue {
    ["anyOf": [try SchemaExplorer.schema(Wrapped.self, path: path), ["type": "null"]]]
  }
}
