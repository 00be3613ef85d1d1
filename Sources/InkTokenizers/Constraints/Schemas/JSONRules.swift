/// The rules that all JSON grammars share; made when they are first needed.
struct JSONRules {
  private var blankRule: Int?
  private var stringRule: Int?
  private var numberRule: Int?
  private var valueRule: Int?
  private var objectRule: Int?
  private var arrayRule: Int?

  /// The most digits of a whole number without limits: all such numbers fit in 64 bits.
  static let wholeDigits = 18
  /// The most digits on either side of the point of a number without limits.
  static let decimalDigits = 15
  /// The most blanks that indent a line.
  private static let indentation = 20

  /// Nothing, a space, or a new line and its indentation: enough for all usual layouts, never endless.
  mutating func blank(_ builder: inout GrammarBuilder) throws(GrammarError) -> GrammarExpression {
    try rule(\.blankRule, "a blank", &builder) { _, _ in
      .choice([
        .empty, .text(" "),
        .sequence([
          .text("\n"),
          .repetition(.characters(CodePointSet(charactersOf: " \t")), least: 0, most: Self.indentation),
        ]),
      ])
    }
  }

  /// A colon and at most one space.
  static let colon = GrammarExpression.sequence([.text(":"), .optional(.text(" "))])

  /// A comma and a blank.
  mutating func comma(_ builder: inout GrammarBuilder) throws(GrammarError) -> GrammarExpression {
    .sequence([.text(","), try blank(&builder)])
  }

  /// Any string.
  mutating func string(_ builder: inout GrammarBuilder) throws(GrammarError) -> GrammarExpression {
    try rule(\.stringRule, "any string", &builder) { _, _ in
      .sequence([.text("\""), .repetition(JSONNotation.anyCharacter, least: 0, most: nil), .text("\"")])
    }
  }

  /// Any whole number.
  static let integer: GrammarExpression = .sequence([
    .optional(.text("-")), wholePart(digits: wholeDigits),
  ])

  /// Any number.
  mutating func number(_ builder: inout GrammarBuilder) throws(GrammarError) -> GrammarExpression {
    try rule(\.numberRule, "any number", &builder) { _, _ in
      let digit = Self.digits(0, 9)
      let exponent = GrammarExpression.sequence([
        .characters(CodePointSet(charactersOf: "eE")), .optional(.characters(CodePointSet(charactersOf: "+-"))),
        .repetition(digit, least: 1, most: 2),
      ])
      return .sequence([
        .optional(.text("-")), Self.wholePart(digits: Self.decimalDigits),
        .optional(.sequence([.text("."), .repetition(digit, least: 1, most: Self.decimalDigits)])),
        .optional(exponent),
      ])
    }
  }

  /// 0, or up to so many digits of which the first is not 0.
  static func wholePart(digits count: Int) -> GrammarExpression {
    .choice([.text("0"), .sequence([digits(1, 9), .repetition(digits(0, 9), least: 0, most: count - 1)])])
  }

  /// One digit of a range.
  static func digits(_ low: UInt8, _ high: UInt8) -> GrammarExpression {
    .characters(CodePointSet([UInt32(low) + 0x30...UInt32(high) + 0x30]))
  }

  /// Any value.
  mutating func value(_ builder: inout GrammarBuilder) throws(GrammarError) -> GrammarExpression {
    try rule(\.valueRule, "any value", &builder) { (rules, builder) throws(GrammarError) in
      .choice([
        try rules.object(&builder), try rules.array(&builder), try rules.string(&builder), try rules.number(&builder),
        .text("true"), .text("false"), .text("null"),
      ])
    }
  }

  /// Any object.
  mutating func object(_ builder: inout GrammarBuilder) throws(GrammarError) -> GrammarExpression {
    try rule(\.objectRule, "any object", &builder) { (rules, builder) throws(GrammarError) in
      let member = GrammarExpression.sequence([
        try rules.string(&builder), Self.colon, try rules.value(&builder),
      ])
      return try rules.list(of: member, in: ("{", "}"), least: 0, most: nil, &builder)
    }
  }

  /// Any array.
  mutating func array(_ builder: inout GrammarBuilder) throws(GrammarError) -> GrammarExpression {
    try rule(\.arrayRule, "any array", &builder) { (rules, builder) throws(GrammarError) in
      try rules.list(of: try rules.value(&builder), in: ("[", "]"), least: 0, most: nil, &builder)
    }
  }

  /// Things of one kind with commas between, in brackets.
  mutating func list(
    of item: GrammarExpression, in brackets: (String, String), least: Int, most: Int?, _ builder: inout GrammarBuilder
  ) throws(GrammarError) -> GrammarExpression {
    let blank = try blank(&builder)
    var inside = GrammarExpression.empty
    if most != 0 {
      let further = GrammarExpression.sequence([try comma(&builder), item])
      inside = .sequence([
        item, .repetition(further, least: max(0, least - 1), most: most.map { $0 - 1 }),
      ])
      if least == 0 { inside = .optional(inside) }
    }
    return .sequence([.text(brackets.0), blank, inside, blank, .text(brackets.1)])
  }

  private mutating func rule(
    _ path: WritableKeyPath<JSONRules, Int?>, _ name: String, _ builder: inout GrammarBuilder,
    _ body: (inout JSONRules, inout GrammarBuilder) throws(GrammarError) -> GrammarExpression
  ) throws(GrammarError) -> GrammarExpression {
    if let rule = self[keyPath: path] { return .rule(rule) }
    let rule = try builder.addRule(name)
    self[keyPath: path] = rule
    builder.define(rule, try body(&self, &builder))
    return .rule(rule)
  }
}
