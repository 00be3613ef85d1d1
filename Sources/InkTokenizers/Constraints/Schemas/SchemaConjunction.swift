/// What several schemas demand together of one value.
struct SchemaConjunction {
  /// The properties of one schema and what it demands of all others.
  struct ObjectPart {
    var properties: [(name: String, schema: Subschema)]
    var patterns: [(name: String, schema: Subschema)]
    var additional: Subschema?
    var source: Subschema
  }

  /// The first elements of one schema and what it demands of all others.
  struct ArrayPart {
    var prefix: [Subschema]
    var rest: Subschema?
  }

  var types = SchemaTypes.all
  /// The types that keywords speak of, where no type is named.
  var impliedTypes: SchemaTypes = []
  var namesTypes = false
  var values: [SchemaValue]?
  var objects: [ObjectPart] = []
  var required: [String] = []
  var propertyNames: [Subschema] = []
  var leastProperties = 0
  var mostProperties: Int?
  var arrays: [ArrayPart] = []
  var leastItems = 0
  var mostItems: Int?
  var patterns: [(text: String, place: String)] = []
  var formats: [(format: StringFormat, place: String)] = []
  var leastLength = 0
  var mostLength: Int?
  var range = DecimalRange()
  var multiples: [(number: SchemaNumber, source: Subschema)] = []
  /// Lists of alternatives, one of each of which must hold as well.
  var choices: [[Subschema]] = []
  /// A schema that nothing satisfies is among them.
  var isImpossible = false

  /// Adds the keywords of a schema, all but references and combinations.
  ///
  /// - Throws: `GrammarError` for a keyword that is malformed or that no grammar can hold an answer to.
  mutating func add(_ schema: Subschema) throws(GrammarError) {
    switch schema.value {
    case .boolean(let isPossible):
      if !isPossible { isImpossible = true }
      return
    case .object(let members):
      for member in members { try Self.check(member.name, schema) }
    case .null, .number, .string, .array:
      throw GrammarError(
        .malformed, in: "schema, \(schema.pointer)", expected: "an object, true or false", found: schema.value.kind,
        hint: "Correct the schema there.")
    }
    try addTypes(schema)
    try addValues(schema)
    try addObject(schema)
    try addArray(schema)
    try addString(schema)
    try addNumber(schema)
  }

  // MARK: Keywords

  /// Keywords that are read somewhere, or that say nothing about values.
  private static let known: Set<String> = [
    "type", "enum", "const", "nullable", "properties", "required", "additionalProperties", "patternProperties",
    "propertyNames", "minProperties", "maxProperties", "items", "prefixItems", "additionalItems", "minItems",
    "maxItems",
    "uniqueItems", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "allOf", "anyOf", "oneOf", "$ref", "$defs", "definitions", "title", "description",
    "default", "example", "examples", "$schema", "$id", "$comment", "$anchor", "deprecated", "readOnly", "writeOnly",
    "discriminator", "externalDocs", "xml", "contentEncoding", "contentMediaType", "contentSchema", "enumNames",
    "markdownDescription", "propertyOrdering", "strict",
  ]

  private static func check(_ keyword: String, _ schema: Subschema) throws(GrammarError) {
    if known.contains(keyword) || keyword.hasPrefix("x-") { return }
    throw schema.unsupported(keyword, "a schema without the keyword \"\(keyword)\"")
  }

  private mutating func addTypes(_ schema: Subschema) throws(GrammarError) {
    var named: [String] = []
    switch schema.value["type"] {
    case nil: return
    case .string(let name): named = [name]
    case .array(let names):
      for case .string(let name) in names { named.append(name) }
      guard named.count == names.count, !named.isEmpty else { throw schema.wrong("type", "names of types") }
    default: throw schema.wrong("type", "the name of a type or a list of them")
    }
    var allowed: SchemaTypes = []
    for name in named {
      guard let type = SchemaTypes.named(name) else {
        throw schema.wrong("type", "null, boolean, integer, number, string, array or object")
      }
      allowed.formUnion(type)
    }
    if case .boolean(true)? = schema.value["nullable"] { allowed.formUnion(.null) }
    types.formIntersection(allowed)
    namesTypes = true
  }

  private mutating func addValues(_ schema: Subschema) throws(GrammarError) {
    if let constant = schema.value["const"] { restrict(to: [constant]) }
    guard let list = schema.value["enum"] else { return }
    guard case .array(let allowed) = list else { throw schema.wrong("enum", "a list of values") }
    restrict(to: allowed)
  }

  private mutating func restrict(to allowed: [SchemaValue]) {
    values = values.map { $0.filter(allowed.contains) } ?? allowed
  }

  private mutating func addObject(_ schema: Subschema) throws(GrammarError) {
    let part = ObjectPart(
      properties: try schema.members("properties"), patterns: try schema.members("patternProperties"),
      additional: schema.member("additionalProperties"), source: schema)
    if !part.properties.isEmpty || !part.patterns.isEmpty || part.additional != nil { objects.append(part) }
    for element in try schema.elements("required") {
      guard case .string(let name) = element.value else { throw schema.wrong("required", "a list of names") }
      if !required.contains(name) { required.append(name) }
    }
    if let names = schema.member("propertyNames") { propertyNames.append(names) }
    leastProperties = max(leastProperties, try schema.count("minProperties") ?? 0)
    mostProperties = Self.smaller(mostProperties, try schema.count("maxProperties"))
    imply(
      .object, schema,
      [
        "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
        "maxProperties",
      ])
  }

  private mutating func addArray(_ schema: Subschema) throws(GrammarError) {
    if case .boolean(true)? = schema.value["uniqueItems"], (try schema.count("maxItems") ?? .max) > 1 {
      throw schema.unsupported("uniqueItems", "a list whose elements may repeat")
    }
    var part = ArrayPart(prefix: try schema.elements("prefixItems"), rest: nil)
    if case .array? = schema.value["items"] {
      part.prefix = try schema.elements("items")
      part.rest = schema.member("additionalItems")
    } else {
      part.rest = schema.member("items")
    }
    if !part.prefix.isEmpty || part.rest != nil { arrays.append(part) }
    leastItems = max(leastItems, try schema.count("minItems") ?? 0)
    mostItems = Self.smaller(mostItems, try schema.count("maxItems"))
    imply(.array, schema, ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"])
  }

  private mutating func addString(_ schema: Subschema) throws(GrammarError) {
    leastLength = max(leastLength, try schema.count("minLength") ?? 0)
    mostLength = Self.smaller(mostLength, try schema.count("maxLength"))
    if let pattern = try schema.string("pattern") { patterns.append((pattern, schema.place("pattern"))) }
    if let name = try schema.string("format") {
      if let format = StringFormat(rawValue: name) {
        formats.append((format, schema.place("format")))
      } else if !StringFormat.numeric.contains(name) {
        throw schema.unsupported("format", "one of \(StringFormat.names)")
      }
    }
    imply(.string, schema, ["minLength", "maxLength", "pattern"])
    if !formats.isEmpty { imply(.string, schema, ["format"]) }
  }

  private mutating func addNumber(_ schema: Subschema) throws(GrammarError) {
    var (isMinimumExcluded, isMaximumExcluded) = (false, false)
    // Draft 4 says with a flag that the limit itself is outside.
    if case .boolean(let flag)? = schema.value["exclusiveMinimum"] {
      isMinimumExcluded = flag
    } else if let limit = try schema.number("exclusiveMinimum") {
      range.raise(to: .init(value: limit, isIncluded: false))
    }
    if case .boolean(let flag)? = schema.value["exclusiveMaximum"] {
      isMaximumExcluded = flag
    } else if let limit = try schema.number("exclusiveMaximum") {
      range.lower(to: .init(value: limit, isIncluded: false))
    }
    if let limit = try schema.number("minimum") { range.raise(to: .init(value: limit, isIncluded: !isMinimumExcluded)) }
    if let limit = try schema.number("maximum") { range.lower(to: .init(value: limit, isIncluded: !isMaximumExcluded)) }
    if let number = try schema.number("multipleOf") {
      guard !number.isNegative, !number.isZero else { throw schema.wrong("multipleOf", "a number above 0") }
      multiples.append((number, schema))
    }
    imply([.integer, .number], schema, ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"])
  }

  private mutating func imply(_ types: SchemaTypes, _ schema: Subschema, _ keywords: [String]) {
    if keywords.contains(where: { schema.value[$0] != nil }) { impliedTypes.formUnion(types) }
  }

  private static func smaller(_ first: Int?, _ second: Int?) -> Int? {
    guard let first, let second else { return first ?? second }
    return min(first, second)
  }

  /// The types of values that are written. Where a schema names none but speaks of the properties of objects (of elements,
  /// lengths, limits), values of that type are meant; others would satisfy it too but are no answer to it.
  var writtenTypes: SchemaTypes {
    namesTypes || impliedTypes.isEmpty || values != nil ? types : types.intersection(impliedTypes)
  }

  /// Whether every value satisfies it.
  var isFree: Bool {
    !isImpossible && types == .all && impliedTypes.isEmpty && values == nil && choices.isEmpty
  }

  /// Whether it demands nothing of objects and arrays but their types.
  var isFreeOfStructure: Bool {
    objects.isEmpty && required.isEmpty && propertyNames.isEmpty && leastProperties == 0 && mostProperties == nil
      && arrays.isEmpty && leastItems == 0 && mostItems == nil
  }
}
