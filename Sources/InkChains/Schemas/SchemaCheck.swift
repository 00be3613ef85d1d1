import InkChat

/// Looks for the place where a JSON value is not valid by a JSON Schema.
///
/// Read are `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `prefixItems`, the bounds
/// of lengths and numbers, `uniqueItems`, `anyOf`, `oneOf`, `allOf`, `not` and references into the schema itself. Other
/// keywords, `pattern` and `format` among them, refuse nothing.
struct SchemaCheck {
  /// What is wrong, and where.
  struct Fault: Hashable {
    /// The members and positions that lead to the value.
    var path: [String]
    var expected: String
    var found: String
  }

  /// How deep schemas are followed, references among them.
  private static let deepest = 200

  private let root: JSONValue
  /// How many schemas are still looked at; references can make more of them than there are.
  private var left = 100_000

  /// The first fault of a value; nil when it is valid.
  static func fault(of value: JSONValue, by schema: JSONValue) -> Fault? {
    var check = SchemaCheck(root: schema)
    return check.fault(value, schema, [], depth: 0)
  }

  private init(root: JSONValue) { self.root = root }

  private mutating func fault(_ value: JSONValue, _ schema: JSONValue, _ path: [String], depth: Int) -> Fault? {
    left -= 1
    guard depth < Self.deepest, left >= 0 else {
      return Fault(path: path, expected: "a schema that comes to an end", found: "references in a circle")
    }
    switch schema {
    case .boolean(true), .null, .integer, .number, .string, .array: return nil
    case .boolean(false): return Fault(path: path, expected: "nothing", found: Self.shown(value))
    case .object: break
    }
    if case .string(let reference)? = schema["$ref"] {
      guard let target = target(of: reference) else {
        return Fault(path: path, expected: "a reference into the schema", found: reference)
      }
      if let fault = fault(value, target, path, depth: depth + 1) { return fault }
    }
    if let fault = plainFault(value, schema, path) ?? combined(value, schema, path, depth: depth) { return fault }
    return inside(value, schema, path, depth: depth)
  }

  /// The schema that `#/$defs/name` names.
  private func target(of reference: String) -> JSONValue? {
    guard reference.first == "#" else { return nil }
    var schema = root
    for part in reference.dropFirst().split(separator: "/") {
      let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
      if case .array(let elements) = schema {
        guard let place = Int(name), elements.indices.contains(place) else { return nil }
        schema = elements[place]
      } else {
        guard let next = schema[String(name)] else { return nil }
        schema = next
      }
    }
    return schema
  }

  // MARK: The value itself

  private func plainFault(_ value: JSONValue, _ schema: JSONValue, _ path: [String]) -> Fault? {
    func wrong(_ expected: String) -> Fault { Fault(path: path, expected: expected, found: Self.shown(value)) }
    let types = Self.types(schema["type"])
    if !types.isEmpty, !types.contains(where: { Self.isOf($0, value) }) {
      return wrong(types.joined(separator: " or "))
    }
    if case .array(let values)? = schema["enum"], !values.contains(where: { Self.areEqual($0, value) }) {
      return wrong("one of " + values.map(\.text).joined(separator: ", "))
    }
    if let constant = schema["const"], !Self.areEqual(constant, value) { return wrong(constant.text) }
    switch value {
    case .integer, .number: return Self.numberFault(Self.number(value) ?? 0, schema).map(wrong)
    case .string(let text):
      return Self.boundFault(text.unicodeScalars.count, schema, "minLength", "maxLength").map {
        wrong($0 + " characters")
      }
    case .array(let elements):
      if let fault = Self.boundFault(elements.count, schema, "minItems", "maxItems") {
        return wrong(fault + " elements")
      }
      guard schema["uniqueItems"] == .boolean(true), Set(elements).count < elements.count else { return nil }
      return wrong("elements that differ")
    case .object(let members):
      return Self.boundFault(members.count, schema, "minProperties", "maxProperties").map { wrong($0 + " members") }
    case .null, .boolean: return nil
    }
  }

  private static func types(_ value: JSONValue?) -> [String] {
    switch value {
    case .string(let name)?: [name]
    case .array(let names)?: names.compactMap { if case .string(let name) = $0 { name } else { nil } }
    case nil, .null?, .boolean?, .integer?, .number?, .object?: []
    }
  }

  private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .integer), ("number", .number),
      ("string", .string), ("array", .array), ("object", .object):
      true
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }

  private static func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .integer(let number)?: Double(number)
    case .number(let number)?: number
    case nil, .null?, .boolean?, .string?, .array?, .object?: nil
    }
  }

  private static func numberFault(_ number: Double, _ schema: JSONValue) -> String? {
    if let least = self.number(schema["minimum"]), number < least { return "at least \(whole(least))" }
    if let most = self.number(schema["maximum"]), number > most { return "at most \(whole(most))" }
    if let bound = self.number(schema["exclusiveMinimum"]), number <= bound { return "more than \(whole(bound))" }
    if let bound = self.number(schema["exclusiveMaximum"]), number >= bound { return "less than \(whole(bound))" }
    return nil
  }

  private static func boundFault(_ count: Int, _ schema: JSONValue, _ least: String, _ most: String) -> String? {
    if let bound = number(schema[least]), Double(count) < bound { return "at least \(Self.whole(bound))" }
    if let bound = number(schema[most]), Double(count) > bound { return "at most \(Self.whole(bound))" }
    return nil
  }

  /// A bound as a schema's author wrote it; one that is no whole number stays what it is.
  private static func whole(_ bound: Double) -> String { Int64(exactly: bound).map { "\($0)" } ?? "\(bound)" }

  /// 1 and 1.0 are the same number.
  private static func areEqual(_ one: JSONValue, _ other: JSONValue) -> Bool {
    if let one = number(one), let other = number(other) { return one == other }
    return one == other
  }

  // MARK: Schemas beside and inside each other

  private mutating func combined(_ value: JSONValue, _ schema: JSONValue, _ path: [String], depth: Int) -> Fault? {
    if case .array(let all)? = schema["allOf"] {
      for one in all { if let fault = fault(value, one, path, depth: depth + 1) { return fault } }
    }
    for keyword in ["anyOf", "oneOf"] {
      guard case .array(let ways)? = schema[keyword] else { continue }
      var faults: [Fault?] = []
      for way in ways { faults.append(fault(value, way, path, depth: depth + 1)) }
      let valid = faults.count { $0 == nil }
      if valid == 0 {
        // The way that came farthest says most of what to mend.
        return faults.compactMap { $0 }.max { $0.path.count < $1.path.count }
          ?? Fault(path: path, expected: "one of several forms", found: Self.shown(value))
      }
      if keyword == "oneOf", valid > 1 {
        return Fault(path: path, expected: "exactly one of several forms", found: Self.shown(value))
      }
    }
    if let other = schema["not"], fault(value, other, path, depth: depth + 1) == nil {
      return Fault(path: path, expected: "another form", found: Self.shown(value))
    }
    return nil
  }

  private mutating func inside(_ value: JSONValue, _ schema: JSONValue, _ path: [String], depth: Int) -> Fault? {
    switch value {
    case .object(let members): return object(members, schema, path, depth: depth)
    case .array(let elements):
      var first: [JSONValue] = []
      if case .array(let schemas)? = schema["prefixItems"] { first = schemas }
      for (place, element) in elements.enumerated() {
        guard let own = place < first.count ? first[place] : schema["items"] else { continue }
        if let fault = fault(element, own, path + ["\(place)"], depth: depth + 1) { return fault }
      }
      return nil
    case .null, .boolean, .integer, .number, .string: return nil
    }
  }

  private mutating func object(_ members: [JSONMember], _ schema: JSONValue, _ path: [String], depth: Int) -> Fault? {
    if case .array(let names)? = schema["required"] {
      for case .string(let name) in names where !members.contains(where: { $0.name == name }) {
        return Fault(path: path, expected: "a member \"\(name)\"", found: "none")
      }
    }
    for member in members {
      if let own = schema["properties"]?[member.name] {
        if let fault = fault(member.value, own, path + [member.name], depth: depth + 1) { return fault }
      } else if let others = schema["additionalProperties"], schema["patternProperties"] == nil {
        guard others != .boolean(false) else {
          return Fault(path: path, expected: "no member \"\(member.name)\"", found: Self.shown(member.value))
        }
        if let fault = fault(member.value, others, path + [member.name], depth: depth + 1) { return fault }
      }
    }
    return nil
  }

  private static func shown(_ value: JSONValue) -> String {
    let text = value.text
    return text.count > 60 ? text.prefix(60) + "…" : text
  }
}
