/// Decimal numbers between limits, as they are written.
struct DecimalRange {
  /// A limit of a range.
  struct Limit {
    var value: SchemaNumber
    var isIncluded: Bool
  }

  var low: Limit?
  var high: Limit?

  /// Whether a number lies inside.
  func contains(_ value: SchemaNumber) -> Bool {
    if let low, value < low.value || value == low.value && !low.isIncluded { return false }
    if let high, high.value < value || value == high.value && !high.isIncluded { return false }
    return true
  }

  /// The tighter of two lower limits.
  mutating func raise(to limit: Limit) {
    if let low, limit.value < low.value || limit.value == low.value && limit.isIncluded { return }
    low = limit
  }

  /// The tighter of two upper limits.
  mutating func lower(to limit: Limit) {
    if let high, high.value < limit.value || limit.value == high.value && limit.isIncluded { return }
    high = limit
  }

  // MARK: Whole numbers

  /// All whole numbers inside; on a side without limit those with as many digits as 64 bits hold, or as the other limit.
  var wholeNumbers: GrammarExpression {
    let digits = max(JSONRules.wholeDigits, low?.value.point ?? 0, high?.value.point ?? 0)
    let most = SchemaNumber(whole: [UInt8](repeating: 9, count: digits))
    let least = low.map { Self.whole(atLeast: $0) } ?? most.negated
    let greatest =
      high.map { Self.whole(atLeast: Limit(value: $0.value.negated, isIncluded: $0.isIncluded)).negated } ?? most
    var branches: [GrammarExpression] = []
    if greatest < least { return .nothing }
    if !greatest.isNegative {
      branches.append(Self.digits(from: least.isNegative ? [0] : least.wholeDigits, through: greatest.wholeDigits))
    }
    if least.isNegative {
      let nearest = greatest.isNegative ? greatest.wholeDigits : [1]
      branches.append(.sequence([.text("-"), Self.digits(from: nearest, through: least.wholeDigits)]))
    }
    return .choice(branches)
  }

  /// The smallest whole number above a limit.
  private static func whole(atLeast limit: Limit) -> SchemaNumber {
    let value = limit.value
    let truncated = SchemaNumber(whole: value.wholeDigits, isNegative: value.isNegative)
    if value.isWhole { return limit.isIncluded ? value : successor(truncated) }
    // Cutting digits off a negative number has raised it already.
    return value.isNegative ? truncated : successor(truncated)
  }

  private static func successor(_ value: SchemaNumber) -> SchemaNumber {
    var digits = [0] + value.wholeDigits
    var index = digits.count - 1
    if value.isNegative {
      while digits[index] == 0 {
        digits[index] = 9
        index -= 1
      }
      digits[index] -= 1
    } else {
      while digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      digits[index] += 1
    }
    return SchemaNumber(whole: digits, isNegative: value.isNegative)
  }

  /// Numbers without sign from one to another, both included, without leading zeros.
  static func digits(from low: [UInt8], through high: [UInt8]) -> GrammarExpression {
    var branches: [GrammarExpression] = []
    guard low.count < high.count else {
      return low.count > high.count || high.lexicographicallyPrecedes(low) ? .nothing : equalLength(low, high)
    }
    branches.append(equalLength(low, [UInt8](repeating: 9, count: low.count)))
    if high.count - low.count > 1 {
      branches.append(
        .sequence([
          JSONRules.digits(1, 9), .repetition(JSONRules.digits(0, 9), least: low.count, most: high.count - 2),
        ]))
    }
    branches.append(equalLength([1] + [UInt8](repeating: 0, count: high.count - 1), high))
    return .choice(branches)
  }

  /// Numbers of as many digits from one to another.
  private static func equalLength(_ low: [UInt8], _ high: [UInt8]) -> GrammarExpression {
    let shared = zip(low, high).prefix { $0 == $1 }.count
    let prefix = GrammarExpression.bytes(low[..<shared].map { $0 + 0x30 })
    guard shared < low.count else { return prefix }
    let rest = low.count - shared - 1
    let any = GrammarExpression.repetition(JSONRules.digits(0, 9), least: rest, most: rest)
    var branches: [GrammarExpression] = []
    branches.append(
      .sequence([JSONRules.digits(low[shared], low[shared]), tail(low[(shared + 1)...], .atLeast)]))
    branches.append(
      .sequence([JSONRules.digits(high[shared], high[shared]), tail(high[(shared + 1)...], .atMost)]))
    if high[shared] - low[shared] > 1 {
      branches.append(.sequence([JSONRules.digits(low[shared] + 1, high[shared] - 1), any]))
    }
    return .sequence([prefix, .choice(branches)])
  }

  private enum Side { case atLeast, atMost }

  /// As many digits as given that are together at least or at most these.
  private static func tail(_ digits: ArraySlice<UInt8>, _ side: Side) -> GrammarExpression {
    var expression = GrammarExpression.empty
    for (behind, digit) in digits.reversed().enumerated() {
      var branches = [GrammarExpression.sequence([JSONRules.digits(digit, digit), expression])]
      let any = GrammarExpression.repetition(JSONRules.digits(0, 9), least: behind, most: behind)
      switch side {
      case .atLeast: if digit < 9 { branches.append(.sequence([JSONRules.digits(digit + 1, 9), any])) }
      case .atMost: if digit > 0 { branches.append(.sequence([JSONRules.digits(0, digit - 1), any])) }
      }
      expression = .choice(branches)
    }
    return expression
  }
}
