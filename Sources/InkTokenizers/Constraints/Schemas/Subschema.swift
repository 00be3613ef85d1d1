/// A part of a schema and where it stands.
struct Subschema {
  let value: SchemaValue
  /// Its JSON pointer, which is also what tells it from others.
  let pointer: String
  var part = Part.whole

  enum Part {
    case whole
    /// Only what it demands itself, without references and alternatives, which are taken from elsewhere.
    case ownKeywords
  }

  /// What identifies it together with `part`.
  var key: String {
    switch part {
    case .whole: pointer
    case .ownKeywords: pointer + " alone"
    }
  }

  /// The member of that name as a subschema.
  func member(_ name: String) -> Subschema? {
    value[name].map { Subschema(value: $0, pointer: pointer + "/" + Self.escaped(name)) }
  }

  /// The elements of the list in a member.
  func elements(_ name: String) throws(GrammarError) -> [Subschema] {
    guard let list = value[name] else { return [] }
    guard case .array(let values) = list else { throw wrong(name, "a list") }
    return values.enumerated().map { Subschema(value: $1, pointer: "\(pointer)/\(Self.escaped(name))/\($0)") }
  }

  /// The members of the object in a member.
  func members(_ name: String) throws(GrammarError) -> [(name: String, schema: Subschema)] {
    guard let object = value[name] else { return [] }
    guard case .object(let members) = object else { throw wrong(name, "an object") }
    var result: [(name: String, schema: Subschema)] = []
    var indices: [String: Int] = [:]
    for member in members {
      let path = pointer + "/" + Self.escaped(name) + "/" + Self.escaped(member.name)
      let entry = (name: member.name, schema: Subschema(value: member.value, pointer: path))
      if let index = indices[member.name] {
        result[index] = entry
      } else {
        indices[member.name] = result.count
        result.append(entry)
      }
    }
    return result
  }

  func count(_ name: String) throws(GrammarError) -> Int? {
    guard let value = value[name] else { return nil }
    guard case .number(let number) = value, let count = number.integer, count >= 0 else {
      throw wrong(name, "a whole number from 0 on")
    }
    return count
  }

  func number(_ name: String) throws(GrammarError) -> SchemaNumber? {
    guard let value = value[name] else { return nil }
    guard case .number(let number) = value else { throw wrong(name, "a number") }
    return number
  }

  func string(_ name: String) throws(GrammarError) -> String? {
    guard let value = value[name] else { return nil }
    guard case .string(let string) = value else { throw wrong(name, "a string") }
    return string
  }

  /// A member's name in a JSON pointer.
  static func escaped(_ name: String) -> String {
    guard name.contains("~") || name.contains("/") else { return name }
    var escaped = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  // MARK: Errors

  func wrong(_ keyword: String, _ expected: String) -> GrammarError {
    GrammarError(
      .malformed, in: place(keyword), expected: expected, found: value[keyword]?.kind ?? "nothing",
      hint: "Correct the schema there.")
  }

  func unsupported(_ keyword: String, _ expected: String) -> GrammarError {
    GrammarError(
      .unsupported, in: place(keyword), expected: expected, found: value[keyword]?.kind ?? "nothing",
      hint: "An answer could not be held to it; leave it out or say it in another way.")
  }

  /// Where a keyword stands, for messages.
  func place(_ keyword: String) -> String { "schema, \(pointer)/\(Self.escaped(keyword))" }
}
