extension DecimalRange {
  /// So many significant digits of a decimal number survive in a double, so that comparisons stay true.
  private static let exactDigits = 15
  /// The digits before the point on a side without limit.
  private static let usualDigits = 9

  /// Whether numbers near the limits are told apart by a reader that knows doubles.
  var isExactInDoubles: Bool {
    let limits = [low, high].compactMap { $0 }
    return limits.allSatisfy { limit in
      limit.isIncluded
        || limit.value.wholeDigits.count + limit.value.fractionDigits.count < Self.exactDigits
    }
  }

  /// All decimal numbers inside that are written without an exponent.
  ///
  /// - Parameter fraction: the most digits behind the point; nil for as many as doubles tell apart.
  func decimals(fraction: Int?) -> GrammarExpression {
    let limits = [low, high].compactMap { $0?.value }
    var whole = limits.map(\.wholeDigits.count).max() ?? 1
    if limits.count < 2 { whole = max(whole, Self.usualDigits) }
    let finest = limits.map(\.fractionDigits.count).max() ?? 0
    let fraction = fraction ?? max(Self.exactDigits - whole, finest + 1)
    // The end of a side without limit: the largest number of so many digits, and any fraction.
    let far = Limit(value: SchemaNumber(whole: [1] + [UInt8](repeating: 0, count: whole)), isIncluded: false)
    let zero = SchemaNumber(whole: [])
    var branches: [GrammarExpression] = []
    if high.map({ !$0.value.isNegative }) ?? true {
      let from = low.flatMap { $0.value.isNegative ? nil : $0 } ?? Limit(value: zero, isIncluded: true)
      branches.append(Self.decimals(from: from, to: high ?? far, fraction))
    }
    if low.map({ $0.value.isNegative }) ?? true {
      let from = high.flatMap { $0.value.isNegative ? $0 : nil } ?? Limit(value: zero, isIncluded: false)
      let to = low ?? Limit(value: far.value.negated, isIncluded: false)
      branches.append(
        .sequence([
          .text("-"),
          Self.decimals(
            from: Limit(value: from.value.negated, isIncluded: from.isIncluded),
            to: Limit(value: to.value.negated, isIncluded: to.isIncluded), fraction),
        ]))
    }
    return .choice(branches)
  }

  /// Numbers without sign between two limits.
  private static func decimals(from low: Limit, to high: Limit, _ fraction: Int) -> GrammarExpression {
    if high.value < low.value { return .nothing }
    let (first, last) = (low.value.wholeDigits, high.value.wholeDigits)
    let above = FractionLimit(digits: low.value.fractionDigits[...], isIncluded: low.isIncluded)
    let below = FractionLimit(digits: high.value.fractionDigits[...], isIncluded: high.isIncluded)
    if first == last {
      return .sequence([.bytes(first.map { $0 + 0x30 }), part(Fraction(above, below, fraction))])
    }
    var branches = [
      GrammarExpression.sequence([.bytes(first.map { $0 + 0x30 }), part(Fraction(above, nil, fraction))]),
      .sequence([.bytes(last.map { $0 + 0x30 }), part(Fraction(nil, below, fraction))]),
    ]
    let (next, previous) = (neighbour(first, 1), neighbour(last, -1))
    if next.count < previous.count || next.count == previous.count && !previous.lexicographicallyPrecedes(next) {
      branches.append(.sequence([digits(from: next, through: previous), part(Fraction(nil, nil, fraction))]))
    }
    return .choice(branches)
  }

  /// The whole number one above or below.
  private static func neighbour(_ digits: [UInt8], _ step: Int) -> [UInt8] {
    var digits = [0] + digits
    var index = digits.count - 1
    while index > 0, digits[index] == (step > 0 ? 9 : 0) {
      digits[index] = step > 0 ? 0 : 9
      index -= 1
    }
    if step > 0 { digits[index] += 1 } else if digits[index] > 0 { digits[index] -= 1 }
    let significant = Array(digits.drop { $0 == 0 })
    return significant.isEmpty ? [0] : significant
  }

  private static func part(_ fraction: Fraction) -> GrammarExpression {
    let written = GrammarExpression.sequence([.text("."), fraction.digits])
    return fraction.mayBeAbsent ? .optional(written) : written
  }

  /// What is left of a limit behind digits that agree with it.
  private struct FractionLimit {
    var digits: ArraySlice<UInt8>
    var isIncluded: Bool
  }

  /// The digits behind a point, between two limits.
  private struct Fraction {
    /// Whether no digits, which stand for zero, lie inside.
    let mayBeAbsent: Bool
    /// At least one digit.
    let digits: GrammarExpression

    init(_ low: FractionLimit?, _ high: FractionLimit?, _ left: Int) {
      let isAboveLow = low.map { $0.digits.isEmpty && $0.isIncluded } ?? true
      let isBelowHigh = high.map { !$0.digits.isEmpty || $0.isIncluded } ?? true
      mayBeAbsent = isAboveLow && isBelowHigh
      guard left > 0 else {
        digits = .nothing
        return
      }
      guard low != nil || high != nil else {
        digits = .repetition(JSONRules.digits(0, 9), least: 1, most: left)
        return
      }
      let least = low?.digits.first ?? 0
      let most = high.map { $0.digits.first ?? 0 } ?? 9
      var branches: [GrammarExpression] = []
      for digit: UInt8 in 0...9 where digit >= least && digit <= most {
        let rest = Fraction(
          low.flatMap {
            digit == least ? FractionLimit(digits: $0.digits.dropFirst(), isIncluded: $0.isIncluded) : nil
          },
          high.flatMap {
            digit == most ? FractionLimit(digits: $0.digits.dropFirst(), isIncluded: $0.isIncluded) : nil
          },
          left - 1)
        branches.append(
          .sequence([
            JSONRules.digits(digit, digit), rest.mayBeAbsent ? .optional(rest.digits) : rest.digits,
          ]))
      }
      digits = .choice(branches)
    }
  }
}
