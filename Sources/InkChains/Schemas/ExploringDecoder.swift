import InkChat

/// A decoder that answers every question with an empty value and writes down the question.
struct ExploringDecoder: Decoder {
  let record: SchemaRecord
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    record.beginObject()
    return KeyedDecodingContainer(ExploringMembers<Key>(record: record))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    record.beginArray()
    return ExploringElements(record: record)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { ExploringValue(record: record) }
}

/// Members read by name.
private struct ExploringMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let record: SchemaRecord
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let explored = try SchemaExplorer.explored(type, path: record.path + [key.stringValue])
    record.add(key.stringValue, explored.schema, isRequired: true)
    return explored.value
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    try optional(type, key)
  }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(type, key) }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try optional(type, key) }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try optional(type, key) }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try optional(type, key) }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(type, key) }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try optional(type, key) }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try optional(type, key) }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try optional(type, key) }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try optional(type, key) }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try optional(type, key) }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try optional(type, key) }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try optional(type, key) }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try optional(type, key) }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try optional(type, key) }

  private func optional<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
    let explored = try SchemaExplorer.explored(type, path: record.path + [key.stringValue])
    record.add(key.stringValue, explored.schema, isRequired: false)
    return explored.value
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    throw SchemaExplorer.error(record.path + [key.stringValue], found: "members read without a type of their own")
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw SchemaExplorer.error(record.path + [key.stringValue], found: "elements read without a type of their own")
  }
  func superDecoder() throws -> any Decoder {
    throw SchemaExplorer.error(record.path, found: "a class with a superclass")
  }
  func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder() }
}

/// Elements read one by one.
private struct ExploringElements: UnkeyedDecodingContainer {
  let record: SchemaRecord
  var codingPath: [any CodingKey] { [] }
  var count: Int? { nil }
  // A type that reads until the end has no length of its own and could go on forever.
  var isAtEnd: Bool { currentIndex >= 64 }
  private(set) var currentIndex = 0

  init(record: SchemaRecord) { self.record = record }

  mutating func decodeNil() throws -> Bool { false }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard !isAtEnd else { throw SchemaExplorer.error(record.path, found: "an array read until its end") }
    let explored = try SchemaExplorer.explored(type, path: record.path + ["[\(currentIndex)]"])
    currentIndex += 1
    record.add(element: explored.schema)
    return explored.value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    throw SchemaExplorer.error(record.path, found: "members read without a type of their own")
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw SchemaExplorer.error(record.path, found: "elements read without a type of their own")
  }
  mutating func superDecoder() throws -> any Decoder {
    throw SchemaExplorer.error(record.path, found: "a class with a superclass")
  }
}

/// One value, such as the raw value of a wrapper.
private struct ExploringValue: SingleValueDecodingContainer {
  let record: SchemaRecord
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let explored = try SchemaExplorer.explored(type, path: record.path)
    record.set(explored.schema)
    return explored.value
  }
}
