public import InkChat

/// Makes a JSON Schema out of a type by watching what it asks for when it is decoded.
///
/// Structs become objects with their members in order; optional members are not required; arrays, sets, dictionaries
/// with text keys, numbers, booleans, texts, dates (text), addresses (text) and enums of texts that are `CaseIterable`
/// become what one expects. A type whose decoding depends on the values it finds cannot be explored; neither can one
/// that holds itself.
public enum SchemaExplorer {
  /// How deep types may lie in each other.
  static let depthLimit = 16

  /// The schema of a type.
  ///
  /// - Throws: `unsupported` that names the member that cannot be explored.
  public static func schema<Value: Decodable>(of type: Value.Type) throws(ChainError) -> JSONValue {
    try schema(type, path: [])
  }

  static func schema(_ type: any Decodable.Type, path: [String]) throws(ChainError) -> JSONValue {
    try explored(type, path: path).schema
  }

  /// The schema and a value to go on exploring with.
  static func explored<Value: Decodable>(
    _ type: Value.Type, path: [String]
  ) throws(ChainError) -> (schema: JSONValue, value: Value) {
    guard path.count <= depthLimit else {
      throw error(path, found: "types more than \(depthLimit) deep in each other")
    }
    if let plain = PlainSchemas.find(type) { return plain }
    if let container = type as? any ExplorableContainer.Type, let value = container.emptyValue as? Value {
      return (try container.schema(path: path), value)
    }
    if let cases = EnumCases.find(type) { return cases }
    let record = SchemaRecord(path: path)
    let value: Value
    do {
      value = try Value(from: ExploringDecoder(record: record))
    } catch let error as ChainError {
      throw error
    } catch {
      throw Self.error(path, found: "\(type), which decodes by what it finds: \(error)")
    }
    return (try record.schema(of: type), value)
  }

  static func error(_ path: [String], found: String) -> ChainError {
    ChainError(
      .unsupported, context: "schema of " + (path.isEmpty ? "the type" : path.joined(separator: ".")),
      expected: "a type that decodes its members one by one; an enum of texts that is CaseIterable", found: found,
      hint: "Give a schema of your own.")
  }
}
