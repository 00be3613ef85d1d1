import Foundation

/// A schema that tests draw at random, with a validator that knows nothing of grammars.
indirect enum TestSchema {
  case any
  case null
  case boolean
  case string(least: Int?, most: Int?)
  case pattern(String)
  case format(String, valid: String)
  case integer(least: Int?, most: Int?)
  case number(least: Double?, most: Double?, exclusive: Bool)
  case list([TestJSON])
  case array(TestSchema?, least: Int?, most: Int?)
  case tuple([TestSchema], rest: TestSchema?, least: Int)
  case object([(name: String, schema: TestSchema, isRequired: Bool)], additional: Additional)
  case either([TestSchema])
  /// A list whose elements are such lists again, by `$ref`.
  case tree(depthName: String)

  enum Additional {
    case unsaid
    case none
    case these(TestSchema)
  }

  // MARK: As JSON

  /// The schema, and the definitions that it refers to.
  func json(_ definitions: inout [(name: String, value: TestJSON)]) -> TestJSON {
    func number(_ value: Int) -> TestJSON { .number(String(value)) }
    var members: [(name: String, value: TestJSON)] = []
    switch self {
    case .any: return .object([])
    case .null: members = [("type", .string("null"))]
    case .boolean: members = [("type", .string("boolean"))]
    case .string(let least, let most):
      members = [("type", .string("string"))]
      if let least { members.append(("minLength", number(least))) }
      if let most { members.append(("maxLength", number(most))) }
    case .pattern(let pattern): members = [("type", .string("string")), ("pattern", .string(pattern))]
    case .format(let name, _): members = [("type", .string("string")), ("format", .string(name))]
    case .integer(let least, let most):
      members = [("type", .string("integer"))]
      if let least { members.append(("minimum", number(least))) }
      if let most { members.append(("maximum", number(most))) }
    case .number(let least, let most, let isExclusive):
      members = [("type", .string("number"))]
      if let least { members.append((isExclusive ? "exclusiveMinimum" : "minimum", .number("\(least)"))) }
      if let most { members.append((isExclusive ? "exclusiveMaximum" : "maximum", .number("\(most)"))) }
    case .list(let values):
      members = [values.count == 1 ? ("const", values[0]) : ("enum", .array(values))]
    case .array(let item, let least, let most):
      members = [("type", .string("array"))]
      if let item { members.append(("items", item.json(&definitions))) }
      if let least { members.append(("minItems", number(least))) }
      if let most { members.append(("maxItems", number(most))) }
    case .tuple(let prefix, let rest, let least):
      members = [("type", .string("array")), ("prefixItems", .array(prefix.map { $0.json(&definitions) }))]
      members.append(("items", rest.map { $0.json(&definitions) } ?? .boolean(false)))
      members.append(("minItems", number(least)))
    case .object(let properties, let additional):
      let described = properties.map { (name: $0.name, value: $0.schema.json(&definitions)) }
      members = [("type", .string("object")), ("properties", .object(described))]
      members.append(("required", .array(properties.filter(\.isRequired).map { .string($0.name) })))
      switch additional {
      case .unsaid: break
      case .none: members.append(("additionalProperties", .boolean(false)))
      case .these(let schema): members.append(("additionalProperties", schema.json(&definitions)))
      }
    case .either(let branches): members = [("anyOf", .array(branches.map { $0.json(&definitions) }))]
    case .tree(let name):
      if !definitions.contains(where: { $0.name == name }) {
        let reference = TestJSON.object([("$ref", .string("#/$defs/" + Self.pointer(name)))])
        definitions.append((name, .object([("type", .string("array")), ("items", reference)])))
      }
      members = [("$ref", .string("#/$defs/" + Self.pointer(name)))]
    }
    return .object(members)
  }

  /// A name in a reference, with the escapes of JSON pointers and of URIs.
  private static func pointer(_ name: String) -> String {
    name.map { ["~": "~0", "/": "~1", "%": "%25", " ": "%20"][$0] ?? String($0) }.joined()
  }

  var document: String {
    var definitions: [(name: String, value: TestJSON)] = []
    guard case .object(var members) = json(&definitions) else { return "true" }
    if !definitions.isEmpty { members.append(("$defs", .object(definitions))) }
    return TestJSON.object(members).text
  }

  // MARK: Validation

  func permits(_ value: TestJSON) -> Bool {
    switch (self, value) {
    case (.any, _), (.null, .null), (.boolean, .boolean): return true
    case (.string(let least, let most), .string(let text)):
      let count = text.unicodeScalars.count
      return count >= least ?? 0 && count <= most ?? .max
    case (.pattern(let pattern), .string(let text)), (.format(_, let pattern), .string(let text)):
      return text.range(of: pattern, options: .regularExpression) != nil
    case (.integer(let least, let most), .number(let text)):
      guard let number = Int(text) else { return false }
      return number >= least ?? .min && number <= most ?? .max
    case (.number(let least, let most, let isExclusive), .number(let text)):
      guard let number = Double(text), number.isFinite else { return false }
      if isExclusive { return number > least ?? -.infinity && number < most ?? .infinity }
      return number >= least ?? -.infinity && number <= most ?? .infinity
    case (.list(let values), _): return values.contains(value)
    case (.array(let item, let least, let most), .array(let values)):
      return values.count >= least ?? 0 && values.count <= most ?? .max
        && values.allSatisfy { item?.permits($0) ?? true }
    case (.tuple(let prefix, let rest, let least), .array(let values)):
      guard values.count >= least else { return false }
      return values.enumerated().allSatisfy { index, value in
        index < prefix.count ? prefix[index].permits(value) : rest?.permits(value) ?? false
      }
    case (.object(let properties, let additional), .object(let members)):
      for property in properties where property.isRequired {
        guard members.contains(where: { $0.name == property.name }) else { return false }
      }
      let declared = members.filter { member in properties.contains { $0.name == member.name } }.map(\.name)
      guard Set(declared).count == declared.count else { return false }
      return members.allSatisfy { member in
        if let property = properties.first(where: { $0.name == member.name }) {
          return property.schema.permits(member.value)
        }
        switch additional {
        case .unsaid: return true
        case .none: return false
        case .these(let schema): return schema.permits(member.value)
        }
      }
    case (.either(let branches), _): return branches.contains { $0.permits(value) }
    case (.tree, .array(let values)): return values.allSatisfy { permits($0) }
    default: return false
    }
  }

  // MARK: At random

  private static let names = ["name", "age", "地址", "tags", "a\"b", "a", "ab", "abc", "x y", "emoji😀", "n\nl", ""]

  private static let formats: [(String, String)] = [
    ("date", "^[0-9]{4}-[01][0-9]-[0-3][0-9]$"), ("time", "^[0-2][0-9](:[0-5][0-9]){2}(\\.[0-9]+)?(Z|[+-][0-9:]{5})$"),
    ("date-time", "^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-9:.]+(Z|[+-][0-9:]{5})$"), ("uuid", "^[0-9a-fA-F-]{36}$"),
    ("email", "^[^@ ]+@[^@ ]+\\.[A-Za-z]+$"), ("ipv4", "^([0-9]{1,3}\\.){3}[0-9]{1,3}$"),
  ]

  static func random(depth: Int, using random: inout some RandomNumberGenerator) -> TestSchema {
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    let kind = Int.random(in: 0..<(depth > 0 ? 17 : 9), using: &random)
    switch kind {
    case 0: return chance(50) ? .null : .boolean
    case 1: return .string(least: nil, most: nil)
    case 2:
      let least = Int.random(in: 0...5, using: &random)
      return .string(least: least, most: chance(70) ? least + Int.random(in: 0...12, using: &random) : nil)
    case 3:
      let patterns = ["^[a-z]{2,5}$", "^(中|é)+[0-9]?$", "b\\d+", "^\\S+ \\S+$", "^\"\\\\$", "^a.c|x$"]
      return .pattern(patterns[Int.random(in: 0..<patterns.count, using: &random)])
    case 4:
      let format = formats[Int.random(in: 0..<formats.count, using: &random)]
      return .format(format.0, valid: format.1)
    case 5:
      let least = Int.random(in: -1200...1200, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return .integer(least: nil, most: nil)
      case 1: return .integer(least: least, most: nil)
      case 2: return .integer(least: nil, most: least)
      default: return .integer(least: least, most: least + Int.random(in: 0...3000, using: &random))
      }
    case 6:
      let least = Double(Int.random(in: -4000...4000, using: &random)) / 8
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return .number(least: nil, most: nil, exclusive: false)
      case 1: return .number(least: least, most: nil, exclusive: chance(50))
      case 2: return .number(least: nil, most: least, exclusive: chance(50))
      default:
        return .number(
          least: least, most: least + Double(Int.random(in: 1...2000, using: &random)) / 4, exclusive: chance(50))
      }
    case 7, 8:
      let values: [TestJSON] = [
        .null, .boolean(true), .number("1.50"), .number("-7"), .string("red"), .string("q\"\\\n中"), .string("re"),
        .array([.number("1"), .string("x")]), .object([("k", .null)]),
      ]
      return .list(Array(values.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))))
    case 9, 10:
      let least = Int.random(in: 0...2, using: &random)
      return .array(
        chance(85) ? .random(depth: depth - 1, using: &random) : nil, least: chance(60) ? least : nil,
        most: chance(60) ? least + Int.random(in: 0...3, using: &random) : nil)
    case 11:
      let count = Int.random(in: 1...3, using: &random)
      return .tuple(
        (0..<count).map { _ in .random(depth: depth - 1, using: &random) },
        rest: chance(40) ? .random(depth: 0, using: &random) : nil, least: Int.random(in: 0...count, using: &random))
    case 12:
      return .either((0..<Int.random(in: 1...3, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
    case 13: return chance(50) ? .tree(depthName: "tree/~ %\(depth)") : .any
    default:
      let names = Self.names.shuffled(using: &random).prefix(Int.random(in: 0...5, using: &random))
      let properties = names.map { name in
        (name: name, schema: TestSchema.random(depth: depth - 1, using: &random), isRequired: chance(50))
      }
      let additional: Additional =
        chance(40) ? .none : chance(50) ? .unsaid : .these(.random(depth: 0, using: &random))
      return .object(properties, additional: additional)
    }
  }
}
