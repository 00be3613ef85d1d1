/// A JSON value, for the small parts of a tokenizer file.
enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Sendable, Equatable {
    var name: String
    var value: JSONValue
  }

  /// The member of an object; nil if there is none, if it is null, or if this is no object.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self,
      let value = members.last(where: { $0.name == name })?.value, value != .null
    else { return nil }
    return value
  }

  /// What the value is, for a message.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): "the number \(value)"
    case .string(let value): "the string \"\(value.prefix(60))\""
    case .array(let values): "a list of \(values.count)"
    case .object: "an object"
    }
  }
}

/// A value and where in the file it stands, for reading fields with messages that name the place.
struct JSONField {
  let value: JSONValue
  let path: String

  /// A member that must be there.
  func required(_ name: String) throws(TokenizerError) -> JSONField {
    if let field = optional(name) { return field }
    throw TokenizerError(
      .missingField, in: "\(path).\(name)", expected: "a value", found: "nothing",
      hint: "The file is incomplete or of another format: fetch it again.")
  }

  /// A member that may be absent or null.
  func optional(_ name: String) -> JSONField? {
    value[name].map { JSONField(value: $0, path: "\(path).\(name)") }
  }

  func string() throws(TokenizerError) -> String {
    if case .string(let string) = value { return string }
    throw wrong("a string")
  }

  func bool() throws(TokenizerError) -> Bool {
    if case .bool(let bool) = value { return bool }
    throw wrong("true or false")
  }

  /// A whole number in a range.
  func integer(in range: ClosedRange<Int>) throws(TokenizerError) -> Int {
    guard case .number(let number) = value, let integer = Int(exactly: number), range.contains(integer) else {
      throw wrong("a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func tokenID() throws(TokenizerError) -> TokenID {
    TokenID(try integer(in: 0...Int(TokenID.max) - 1))
  }

  func list() throws(TokenizerError) -> [JSONField] {
    guard case .array(let values) = value else { throw wrong("a list") }
    return values.enumerated().map { JSONField(value: $1, path: "\(path)[\($0)]") }
  }

  func members() throws(TokenizerError) -> [(name: String, field: JSONField)] {
    guard case .object(let members) = value else { throw wrong("an object") }
    return members.map { ($0.name, JSONField(value: $0.value, path: "\(path).\($0.name)")) }
  }

  /// `true` or `false`, or a default where the member is absent.
  func flag(_ name: String, default value: Bool) throws(TokenizerError) -> Bool {
    guard let field = optional(name) else { return value }
    return try field.bool()
  }

  func wrong(_ expected: String) -> TokenizerError {
    TokenizerError(
      .invalidField, in: path, expected: expected, found: value.kind,
      hint: "The file is damaged or of another format: fetch it again.")
  }

  func unsupported(_ expected: String, _ found: String) -> TokenizerError {
    TokenizerError(
      .unsupported, in: path, expected: expected, found: found,
      hint: "Load the model from a GGUF file, or use a model with a supported tokenizer.")
  }
}
