/// Turns a JSON Schema into rules.
///
/// Every set of subschemas that must hold together has one rule, named by their JSON pointers; recursion through `$ref`
/// comes back to the same rule. Rules are written from a list of those that wait, so that the depth of a schema costs no
/// stack.
struct SchemaCompiler {
  let root: SchemaValue
  var builder: GrammarBuilder
  var json: JSONRules
  private var ruleByKey: [String: Int] = [:]
  private var waiting: [(rule: Int, schemas: [Subschema])] = []

  /// The most combinations of alternatives of one value.
  private static let combinationLimit = 1000
  /// The most schemas that one value is held to.
  private static let conjunctionLimit = 2000

  /// Compiles a schema, adding rules to those of a builder.
  ///
  /// - Parameter json: the shared rules of that builder.
  static func expression(
    of bytes: [UInt8], _ builder: inout GrammarBuilder, _ json: inout JSONRules
  ) throws(GrammarError) -> GrammarExpression {
    var compiler = SchemaCompiler(root: try SchemaValue(parsing: bytes), builder: builder, json: json)
    let expression = try compiler.rule(for: [Subschema(value: compiler.root, pointer: "#")])
    while let (rule, schemas) = compiler.waiting.popLast() {
      let body = try compiler.body(schemas)
      compiler.builder.define(rule, body)
    }
    builder = compiler.builder
    json = compiler.json
    return expression
  }

  private init(root: SchemaValue, builder: GrammarBuilder, json: JSONRules) {
    self.root = root
    self.builder = builder
    self.json = json
  }

  // MARK: Rules

  /// The values that satisfy all of some schemas.
  mutating func rule(for schemas: [Subschema]) throws(GrammarError) -> GrammarExpression {
    var distinct: [String: Subschema] = [:]
    for schema in schemas {
      let target = try followed(schema)
      distinct[target.key] = target
    }
    let keys = distinct.keys.sorted()
    let key = keys.joined(separator: "\n")
    if let rule = ruleByKey[key] { return .rule(rule) }
    let rule = try builder.addRule("schema \(keys.joined(separator: " and "))")
    ruleByKey[key] = rule
    waiting.append((rule, keys.compactMap { distinct[$0] }))
    return .rule(rule)
  }

  /// What a schema stands for that only refers to another one.
  private func followed(_ schema: Subschema) throws(GrammarError) -> Subschema {
    var schema = schema
    var seen: Set<String> = []
    while case .whole = schema.part, case .object(let members) = schema.value,
      members.allSatisfy({ $0.name == "$ref" || Self.annotations.contains($0.name) }),
      schema.value["$ref"] != nil
    {
      guard seen.insert(schema.pointer).inserted else { throw circle(schema) }
      schema = try target(of: schema)
    }
    return schema
  }

  /// Keywords beside a reference that change nothing.
  private static let annotations: Set<String> = [
    "title", "description", "default", "examples", "example", "$comment", "deprecated", "readOnly", "writeOnly",
    "$defs", "definitions", "$schema", "$id",
  ]

  private func circle(_ schema: Subschema) -> GrammarError {
    GrammarError(
      .unsatisfiable, in: "schema, \(schema.pointer)", expected: "a schema that says something",
      found: "references that lead back to themselves", hint: "Break the circle.")
  }

  /// The schema that `$ref` names.
  private func target(of schema: Subschema) throws(GrammarError) -> Subschema {
    guard let reference = try schema.string("$ref") else { throw schema.wrong("$ref", "a reference") }
    guard reference == "#" || reference.hasPrefix("#/") else {
      throw schema.unsupported("$ref", "a reference into this schema, such as #/$defs/name")
    }
    var value = root
    var pointer = "#"
    for part in reference.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let name = try Self.unescaped(part, schema)
      let next: SchemaValue?
      if case .array(let elements) = value {
        next = Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      } else {
        next = value[name]
      }
      guard let next else { throw schema.wrong("$ref", "a place that exists in the schema") }
      value = next
      pointer += "/" + Subschema.escaped(name)
    }
    return Subschema(value: value, pointer: pointer)
  }

  /// A part of a reference without the escapes of URIs and of JSON pointers.
  private static func unescaped(_ part: Substring, _ schema: Subschema) throws(GrammarError) -> String {
    var bytes: [UInt8] = []
    var rest = part.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
          throw schema.wrong("$ref", "two hexadecimal digits behind %")
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "~"):
        let next = rest.popFirst()
        guard next == UInt8(ascii: "0") || next == UInt8(ascii: "1") else {
          throw schema.wrong("$ref", "~0 or ~1 behind ~")
        }
        bytes.append(next == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Conjunctions and alternatives

  /// Everything that some schemas demand, references and `allOf` included.
  func conjunction(
    of schemas: [Subschema]
  ) throws(GrammarError) -> (demands: SchemaConjunction, leaves: [Subschema]) {
    var result = SchemaConjunction()
    var leaves: [Subschema] = []
    var queue = schemas
    var seen: Set<String> = []
    var next = 0
    while next < queue.count {
      let schema = queue[next]
      next += 1
      guard seen.insert(schema.key).inserted else { continue }
      guard seen.count <= Self.conjunctionLimit else {
        throw GrammarError(
          .tooLarge, in: "schema, \(schema.pointer)",
          expected: "at most \(Self.conjunctionLimit) schemas for one value",
          found: "more", hint: "Make the schema simpler.")
      }
      try result.add(schema)
      leaves.append(schema)
      guard case .whole = schema.part, case .object = schema.value else { continue }
      if schema.value["$ref"] != nil { queue.append(try target(of: schema)) }
      queue += try schema.elements("allOf")
      if schema.value["anyOf"] != nil { result.choices.append(try schema.elements("anyOf")) }
      if schema.value["oneOf"] != nil {
        let branches = try schema.elements("oneOf")
        try checkDisjoint(branches, schema)
        result.choices.append(branches)
      }
    }
    return (result, leaves)
  }

  private mutating func body(_ schemas: [Subschema]) throws(GrammarError) -> GrammarExpression {
    let (demands, leaves) = try conjunction(of: schemas)
    guard let first = demands.choices.first else { return try values(of: demands, schemas) }
    var own = leaves
    for index in own.indices { own[index].part = .ownKeywords }
    // Alternatives that nothing stands beside keep their own rules.
    let isAlone = Self.isBare(demands)
    var combinations = first.map { [$0] }
    for choice in demands.choices.dropFirst() {
      guard combinations.count * choice.count <= Self.combinationLimit else {
        throw GrammarError(
          .tooLarge, in: "schema, \(schemas.first?.pointer ?? "#")",
          expected: "at most \(Self.combinationLimit) combinations of alternatives",
          found: "\(combinations.count * choice.count)", hint: "Make the schema simpler.")
      }
      combinations = combinations.flatMap { chosen in choice.map { chosen + [$0] } }
    }
    var branches: [GrammarExpression] = []
    for combination in combinations {
      branches.append(try rule(for: isAlone ? combination : own + combination))
    }
    return .choice(branches)
  }

  private static func isBare(_ demands: SchemaConjunction) -> Bool {
    var alone = demands
    alone.choices = []
    return alone.isFree
  }

  /// The values that satisfy demands without alternatives.
  private mutating func values(
    of demands: SchemaConjunction, _ schemas: [Subschema]
  ) throws(GrammarError) -> GrammarExpression {
    if demands.isImpossible { return .nothing }
    if demands.isFree { return try json.value(&builder) }
    let source = schemas.first ?? Subschema(value: root, pointer: "#")
    if let values = demands.values { return try listed(values, demands, source) }
    let types = demands.writtenTypes
    var branches: [GrammarExpression] = []
    if types.contains(.object) { branches.append(try objects(demands, source)) }
    if types.contains(.array) { branches.append(try arrays(demands)) }
    if types.contains(.string) { branches.append(try strings(demands)) }
    if types.contains(.number) {
      branches.append(try numbers(demands))
    } else if types.contains(.integer) {
      branches.append(try integers(demands))
    }
    if types.contains(.boolean) { branches += [.text("true"), .text("false")] }
    if types.contains(.null) { branches.append(.text("null")) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  /// The values of a list that satisfy the other demands too.
  private mutating func listed(
    _ values: [SchemaValue], _ demands: SchemaConjunction, _ source: Subschema
  ) throws(GrammarError) -> GrammarExpression {
    var branches: [GrammarExpression] = []
    var strings: Grammar?
    for value in values where !demands.types.isDisjoint(with: value.types) {
      switch value {
      case .null, .boolean: break
      case .number(let number):
        guard demands.range.contains(number) else { continue }
        guard demands.multiples.isEmpty else {
          throw source.unsupported("multipleOf", "no enum or const beside it")
        }
      case .string:
        let isFree =
          demands.patterns.isEmpty && demands.formats.isEmpty && demands.leastLength == 0 && demands.mostLength == nil
        if !isFree {
          let allowed: Grammar
          if let strings { allowed = strings } else { allowed = try builder.grammar(root: try self.strings(demands)) }
          strings = allowed
          guard try allowed.matches(value.text) else { continue }
        }
      case .array, .object:
        guard demands.isFreeOfStructure else {
          throw source.unsupported("enum", "no objects or arrays where properties or items are described as well")
        }
      }
      branches.append(.text(value.text))
    }
    return .choice(branches)
  }
}
