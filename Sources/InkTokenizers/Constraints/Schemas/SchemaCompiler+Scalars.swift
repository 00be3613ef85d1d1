extension SchemaCompiler {
  // MARK: Strings

  mutating func strings(_ demands: SchemaConjunction) throws(GrammarError) -> GrammarExpression {
    let content: GrammarExpression
    switch (demands.patterns.count, demands.formats.count) {
    case (0, 0):
      if demands.leastLength == 0, demands.mostLength == nil { return try json.string(&builder) }
      if let most = demands.mostLength, most < demands.leastLength { return .nothing }
      try checkLength(demands)
      content = .repetition(JSONNotation.anyCharacter, least: demands.leastLength, most: demands.mostLength)
    case (1, 0):
      let (text, place) = demands.patterns[0]
      let expression = try RegularExpression(text, in: place)
      try check(expression, demands, place)
      content = try expression.search(
        around: .repetition(JSONNotation.anyCharacter, least: 0, most: nil), JSONNotation.characters)
    case (0, 1):
      let (format, place) = demands.formats[0]
      let expression = try RegularExpression(format.expression, in: place)
      try check(expression, demands, place)
      content = try expression.wholeMatch(JSONNotation.characters)
    default:
      let place = (demands.patterns.map(\.place) + demands.formats.map(\.place)).last ?? "schema"
      throw GrammarError(
        .unsupported, in: place, expected: "one pattern or format for a string", found: "several",
        hint: "Say it in one pattern.")
    }
    return .sequence([.text("\""), content, .text("\"")])
  }

  private func checkLength(_ demands: SchemaConjunction) throws(GrammarError) {
    let longest = max(demands.leastLength, demands.mostLength ?? 0)
    guard longest > NetworkDraft.repetitionLimit else { return }
    throw GrammarError(
      .tooLarge, in: "schema, minLength or maxLength", expected: "at most \(NetworkDraft.repetitionLimit) characters",
      found: "\(longest)", hint: "Leave the length out, or make it smaller.")
  }

  /// Lengths beside an expression must say nothing that the expression does not say already.
  private func check(
    _ expression: RegularExpression, _ demands: SchemaConjunction, _ place: String
  ) throws(GrammarError) {
    if demands.leastLength == 0, demands.mostLength == nil { return }
    let length = expression.length
    let isShortEnough = demands.mostLength.map { most in
      length.most.map { $0 <= most && expression.isAnchored } ?? false
    }
    guard length.least >= demands.leastLength, isShortEnough ?? true else {
      throw GrammarError(
        .unsupported, in: place, expected: "an expression whose matches are as long as minLength and maxLength demand",
        found: "one with matches of \(length.least) to \(length.most.map(String.init) ?? "any number of") characters",
        hint: "Write the length into the pattern with ^, {n,m} and $, and leave minLength and maxLength out.")
    }
  }

  // MARK: Numbers

  mutating func integers(_ demands: SchemaConjunction) throws(GrammarError) -> GrammarExpression {
    var zeros = 0
    for (number, source) in demands.multiples {
      guard let power = number.powerOfTen else {
        return try multiples(of: number, demands, source)
      }
      zeros = max(zeros, power)
    }
    if zeros > 0 {
      guard demands.range.low == nil, demands.range.high == nil, let source = demands.multiples.first?.source else {
        return try multiples(
          of: SchemaNumber(whole: [1] + [UInt8](repeating: 0, count: zeros)), demands, demands.multiples[0].source)
      }
      guard zeros < JSONRules.wholeDigits else { throw source.unsupported("multipleOf", "a smaller number") }
      let ending = String(repeating: "0", count: zeros)
      let digits = GrammarExpression.sequence([
        JSONRules.digits(1, 9),
        .repetition(JSONRules.digits(0, 9), least: 0, most: JSONRules.wholeDigits - 1 - zeros), .text(ending),
      ])
      return .sequence([.optional(.text("-")), .choice([.text("0"), digits])])
    }
    if demands.range.low == nil, demands.range.high == nil { return JSONRules.integer }
    return try usable(demands.range).wholeNumbers
  }

  /// The multiples of a number between two limits, if they are few enough to be listed.
  private func multiples(
    of number: SchemaNumber, _ demands: SchemaConjunction, _ source: Subschema
  ) throws(GrammarError) -> GrammarExpression {
    guard demands.multiples.count == 1, let step = number.integer, step > 0,
      let low = demands.range.low?.value.roundedInteger, let high = demands.range.high?.value.roundedInteger,
      low <= high, (high - low) / step <= 10_000
    else {
      throw source.unsupported(
        "multipleOf", "a power of ten, or a whole number with a minimum and maximum that leave at most 10000 multiples")
    }
    var branches: [GrammarExpression] = []
    var value = (low / step - 1) * step
    while value <= high {
      let text = SchemaNumber(String(value).utf8)
      if let text, demands.range.contains(text) { branches.append(.text(text.text)) }
      value += step
    }
    return .choice(branches)
  }

  mutating func numbers(_ demands: SchemaConjunction) throws(GrammarError) -> GrammarExpression {
    var fraction: Int?
    for (number, source) in demands.multiples {
      guard let power = number.powerOfTen, power > -JSONRules.decimalDigits, power <= 0 else {
        if number.isWhole, demands.multiples.count == 1 { return try integers(demands) }
        throw source.unsupported("multipleOf", "a power of ten, such as 0.01")
      }
      fraction = min(fraction ?? -power, -power)
    }
    if fraction == 0 {
      var whole = demands
      whole.multiples = []
      return try integers(whole)
    }
    guard demands.range.low != nil || demands.range.high != nil else {
      guard let fraction else { return try json.number(&builder) }
      return .sequence([
        .optional(.text("-")), JSONRules.wholePart(digits: JSONRules.decimalDigits - fraction),
        .optional(.sequence([.text("."), .repetition(JSONRules.digits(0, 9), least: 1, most: fraction)])),
      ])
    }
    let range = try usable(demands.range)
    guard range.isExactInDoubles else {
      throw GrammarError(
        .unsupported, in: "schema, exclusiveMinimum or exclusiveMaximum", expected: "a limit of at most 13 digits",
        found: "one with more", hint: "Use minimum and maximum, or fewer digits.")
    }
    return range.decimals(fraction: fraction)
  }

  /// A range without limits that are too far away to matter.
  private func usable(_ range: DecimalRange) throws(GrammarError) -> DecimalRange {
    var range = range
    if let low = range.low?.value, low.point > JSONRules.wholeDigits + 1, low.isNegative { range.low = nil }
    if let high = range.high?.value, high.point > JSONRules.wholeDigits + 1, !high.isNegative { range.high = nil }
    for limit in [range.low, range.high].compactMap({ $0?.value })
    where limit.point > JSONRules.wholeDigits + 1 || limit.fractionDigits.count > JSONRules.wholeDigits {
      throw GrammarError(
        .unsupported, in: "schema, minimum or maximum", expected: "limits of at most \(JSONRules.wholeDigits) digits",
        found: limit.text, hint: "Use a limit that a double can hold exactly.")
    }
    return range
  }
}

extension SchemaNumber {
  /// The whole number next to it towards zero, nil if that is large.
  fileprivate var roundedInteger: Int? {
    SchemaNumber(whole: wholeDigits, isNegative: isNegative).integer
  }
}
