extension SchemaCompiler {
  private struct Member {
    let text: GrammarExpression
    let isRequired: Bool
  }

  mutating func objects(
    _ demands: SchemaConjunction, _ source: Subschema
  ) throws(GrammarError) -> GrammarExpression {
    if demands.isFreeOfStructure { return try json.object(&builder) }
    let members = try members(demands)
    guard let members else { return .nothing }
    let names = members.map(\.name)
    let further = try furtherMember(demands, names: names, source)
    let count = try propertyCount(demands, members.map(\.member), further, source)
    let blank = try json.blank(&builder)
    return .sequence([
      .text("{"), blank, try chain(members.map(\.member), further, least: count.least, most: count.most), blank,
      .text("}"),
    ])
  }

  // MARK: Members

  /// The properties that have names, in the order of the schema; nil if one that is required cannot be.
  private mutating func members(
    _ demands: SchemaConjunction
  ) throws(GrammarError) -> [(name: String, member: Member)]? {
    var names: [String] = []
    var known: Set<String> = []
    for part in demands.objects {
      for property in part.properties where known.insert(property.name).inserted { names.append(property.name) }
    }
    for name in demands.required where known.insert(name).inserted { names.append(name) }
    let byPart = demands.objects.map { part in
      Dictionary(part.properties.map { ($0.name, $0.schema) }, uniquingKeysWith: { $1 })
    }
    let required = Set(demands.required)
    var members: [(name: String, member: Member)] = []
    for name in names {
      var schemas: [Subschema] = []
      for (part, own) in zip(demands.objects, byPart) {
        let matched = try matches(name, part.patterns)
        if let schema = own[name] { schemas.append(schema) }
        schemas += matched
        if own[name] == nil, matched.isEmpty, let schema = part.additional { schemas.append(schema) }
      }
      let isImpossible = schemas.contains { if case .boolean(false) = $0.value { true } else { false } }
      let isRequired = required.contains(name)
      if isImpossible, isRequired { return nil }
      if isImpossible { continue }
      let text = GrammarExpression.sequence([
        .text(JSONNotation.quoted(name)), JSONRules.colon, try rule(for: schemas),
      ])
      members.append((name, Member(text: text, isRequired: isRequired)))
    }
    return members
  }

  /// The schemas of the patterns that a name matches.
  private mutating func matches(
    _ name: String, _ patterns: [(name: String, schema: Subschema)]
  ) throws(GrammarError) -> [Subschema] {
    var matched: [Subschema] = []
    for (pattern, schema) in patterns {
      let names = try GrammarBuilder().grammar(root: try Self.names(pattern, schema))
      if try names.matches(JSONNotation.quoted(name)) { matched.append(schema) }
    }
    return matched
  }

  /// Names that a pattern finds something in, as strings.
  private static func names(_ pattern: String, _ schema: Subschema) throws(GrammarError) -> GrammarExpression {
    let expression = try RegularExpression(pattern, in: "schema, \(schema.pointer)")
    let any = GrammarExpression.repetition(JSONNotation.characters(.all), least: 0, most: nil)
    return .sequence([
      .text("\""), try expression.search(around: any, JSONNotation.characters), .text("\""),
    ])
  }

  /// A member beyond the named ones, nil if there may be none.
  private mutating func furtherMember(
    _ demands: SchemaConjunction, names: [String], _ source: Subschema
  ) throws(GrammarError) -> GrammarExpression? {
    let patterns = demands.objects.flatMap(\.patterns)
    let declared = Set(names + demands.objects.flatMap { $0.properties.map(\.name) })
    if !patterns.isEmpty { return try patternMember(demands, patterns, declared: declared, source) }
    let schemas = demands.objects.compactMap(\.additional)
    if schemas.contains(where: { if case .boolean(false) = $0.value { true } else { false } }) { return nil }
    let name: GrammarExpression
    if demands.propertyNames.isEmpty {
      name = try otherName(than: declared)
    } else {
      guard declared.isEmpty else {
        throw source.unsupported("propertyNames", "no properties beside propertyNames")
      }
      var (names, _) = try conjunction(of: demands.propertyNames)
      guard names.choices.isEmpty else {
        throw source.unsupported("propertyNames", "a schema without alternatives")
      }
      names.types.formIntersection(.string)
      if names.isImpossible { return nil }
      if let values = names.values {
        let texts = values.filter { $0.types == .string }.map { GrammarExpression.text($0.text) }
        guard names.patterns.isEmpty, names.formats.isEmpty, names.leastLength == 0, names.mostLength == nil else {
          throw source.unsupported("propertyNames", "an enum without other demands")
        }
        name = .choice(texts)
      } else {
        name = try strings(names)
      }
    }
    return .sequence([name, JSONRules.colon, try rule(for: schemas)])
  }

  private mutating func patternMember(
    _ demands: SchemaConjunction, _ patterns: [(name: String, schema: Subschema)], declared: Set<String>,
    _ source: Subschema
  ) throws(GrammarError) -> GrammarExpression {
    let schema = patterns[0].schema
    let isClosed: Bool =
      if case .boolean(false)? = demands.objects[0].additional?.value { true } else { false }
    guard patterns.count == 1, demands.objects.count == 1, isClosed, demands.propertyNames.isEmpty else {
      throw source.unsupported("patternProperties", "one pattern, and \"additionalProperties\": false")
    }
    for name in declared {
      guard try matches(name, patterns).isEmpty else {
        throw source.unsupported("patternProperties", "a pattern that matches none of the properties")
      }
    }
    return .sequence([
      try Self.names(patterns[0].name, schema), JSONRules.colon, try rule(for: [schema]),
    ])
  }

  /// Names that none of some names is. They are written without escapes, so that no name hides behind one.
  private mutating func otherName(than names: Set<String>) throws(GrammarError) -> GrammarExpression {
    let any = GrammarExpression.repetition(.characters(JSONNotation.plainCharacters), least: 0, most: nil)
    if names.isEmpty { return try json.string(&builder) }
    // A tree of the names: whoever leaves it, or ends between names, has another name.
    var children: [[UInt32: Int]] = [[:]]
    var isName = [false]
    for name in names.sorted() {
      var node = 0
      for scalar in name.unicodeScalars {
        if let next = children[node][scalar.value] {
          node = next
        } else {
          children[node][scalar.value] = children.count
          node = children.count
          children.append([:])
          isName.append(false)
        }
      }
      isName[node] = true
    }
    var rules: [Int] = []
    for _ in children { rules.append(try builder.addRule("another name")) }
    for (node, next) in children.enumerated() {
      let taken = CodePointSet(next.keys.map { $0...$0 })
      var branches = [
        GrammarExpression.sequence([.characters(JSONNotation.plainCharacters.subtracting(taken)), any])
      ]
      if !isName[node] { branches.append(.empty) }
      for (value, child) in next.sorted(by: { $0.key < $1.key }) {
        let character = CodePointSet([value...value]).intersection(JSONNotation.plainCharacters)
        if !character.isEmpty { branches.append(.sequence([.characters(character), .rule(rules[child])])) }
      }
      builder.define(rules[node], .choice(branches))
    }
    return .sequence([.text("\""), .rule(rules[0]), .text("\"")])
  }

  // MARK: Their number and order

  /// The number of members that has to be counted, or an error where it cannot be.
  private func propertyCount(
    _ demands: SchemaConjunction, _ members: [Member], _ further: GrammarExpression?, _ source: Subschema
  ) throws(GrammarError) -> (least: Int, most: Int?) {
    let required = members.count { $0.isRequired }
    var (least, most) = (demands.leastProperties, demands.mostProperties)
    if least <= required { least = 0 }
    if further == nil, members.count <= most ?? .max { most = nil }
    // A name may come twice, which makes one property of two members.
    guard least <= 1 else {
      throw source.unsupported("minProperties", "at most 1, or as many as are required")
    }
    guard most == nil || members.isEmpty || most == 0 else {
      throw source.unsupported("maxProperties", "no properties beside maxProperties, unless all may be present")
    }
    guard most ?? 0 <= NetworkDraft.repetitionLimit else {
      throw source.unsupported("maxProperties", "at most \(NetworkDraft.repetitionLimit)")
    }
    return (least, most)
  }

  /// Members in their order, each optional one present or not, with commas between those that are.
  private mutating func chain(
    _ members: [Member], _ further: GrammarExpression?, least: Int, most: Int?
  ) throws(GrammarError) -> GrammarExpression {
    if most == 0 { return members.contains(where: \.isRequired) || least > 0 ? .nothing : .empty }
    let comma = try json.comma(&builder)
    // What may follow behind a member, and what where none has been yet.
    var later = GrammarExpression.empty
    var first: GrammarExpression = least > 0 ? .nothing : .empty
    if let further {
      later = .repetition(.sequence([comma, further]), least: 0, most: most.map { $0 - 1 })
      first = .choice([first, .sequence([further, later])])
    }
    for member in members.reversed() {
      let laterRule = GrammarExpression.rule(try builder.addRule("members", later))
      let firstRule = GrammarExpression.rule(try builder.addRule("members", first))
      let behind = GrammarExpression.sequence([comma, member.text, laterRule])
      let begun = GrammarExpression.sequence([member.text, laterRule])
      later = member.isRequired ? behind : .choice([behind, laterRule])
      first = member.isRequired ? begun : .choice([begun, firstRule])
    }
    return first
  }
}
