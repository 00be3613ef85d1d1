/// Messages about operands.
enum TemplateOperators {
  static func wrongOperand(_ symbol: String, _ value: TemplateValue) -> TemplateError {
    TemplateError(.wrongType, "'\(symbol)' cannot be used on a value of type \(value.typeName)")
  }

  static func wrongOperands(_ symbol: String, _ left: TemplateValue, _ right: TemplateValue) -> TemplateError {
    var hint: String?
    if case .string = left, right.number != nil { hint = "Join text and numbers with '~'" }
    if case .string = right, left.number != nil { hint = "Join text and numbers with '~'" }
    return TemplateError(
      .wrongType, "'\(symbol)' cannot be used between \(left.typeName) and \(right.typeName)", hint: hint)
  }

  static let overflow = TemplateError(.limitExceeded, "A whole number grows beyond 64 bits")
}

extension TemplateRenderer {
  func negated(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch value.number {
    case .int(let number):
      guard number != Int.min else { throw TemplateOperators.overflow }
      return .int(-number)
    case .double(let number): return .double(-number)
    case nil: throw TemplateOperators.wrongOperand("-", value)
    }
  }

  func arithmetic(
    _ left: TemplateValue, _ symbol: TemplateSymbol, _ right: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    if let a = left.number, let b = right.number {
      if case .int(let a) = a, case .int(let b) = b { return try wholeArithmetic(a, symbol, b) }
      return .double(try floatArithmetic(a.double, symbol, b.double))
    }
    switch (symbol, left, right) {
    case (.add, .string(let a), .string(let b)):
      guard a.utf8.count + b.utf8.count <= limits.textBytes else { throw textTooLong() }
      try charge((a.utf8.count + b.utf8.count) >> 6)
      return .string(a + b)
    case (.add, .list(let a), .list(let b)):
      try charge(a.count + b.count)
      return .list(a + b)
    case (.add, .tuple(let a), .tuple(let b)):
      try charge(a.count + b.count)
      return .tuple(a + b)
    case (.modulo, .string(let format), _): return .string(try percentFormat(format, right))
    case (.multiply, _, _):
      if let count = right.wholeNumber { return try repeated(left, count, or: right) }
      if let count = left.wholeNumber { return try repeated(right, count, or: left) }
    default: break
    }
    throw TemplateOperators.wrongOperands(symbol.rawValue, left, right)
  }

  private func repeated(
    _ value: TemplateValue, _ count: Int, or other: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    let count = max(0, count)
    switch value {
    case .string(let text):
      let (bytes, overflows) = text.utf8.count.multipliedReportingOverflow(by: count)
      guard !overflows, bytes <= limits.textBytes else { throw textTooLong() }
      try charge(bytes >> 6)
      return .string(text.isEmpty ? "" : String(repeating: text, count: count))
    case .list(let elements): return .list(try repeated(elements, count))
    case .tuple(let elements): return .tuple(try repeated(elements, count))
    default: throw TemplateOperators.wrongOperands("*", value, other)
    }
  }

  private func repeated(_ elements: [TemplateValue], _ count: Int) throws(TemplateError) -> [TemplateValue] {
    guard !elements.isEmpty else { return [] }
    let (total, overflows) = elements.count.multipliedReportingOverflow(by: count)
    try charge(overflows ? Int.max : total)
    var result: [TemplateValue] = []
    result.reserveCapacity(total)
    for _ in 0..<count { result += elements }
    return result
  }

  private func wholeArithmetic(_ a: Int, _ symbol: TemplateSymbol, _ b: Int) throws(TemplateError) -> TemplateValue {
    let (result, overflows): (Int, Bool)
    switch symbol {
    case .add: (result, overflows) = a.addingReportingOverflow(b)
    case .subtract: (result, overflows) = a.subtractingReportingOverflow(b)
    case .multiply: (result, overflows) = a.multipliedReportingOverflow(by: b)
    case .divide:
      guard b != 0 else { throw divisionByZero }
      return .double(Double(a) / Double(b))
    case .floorDivide, .modulo:
      guard b != 0 else { throw divisionByZero }
      let (quotient, tooLarge) = a.dividedReportingOverflow(by: b)
      guard !tooLarge else {
        if symbol == .modulo { return .int(0) }
        throw TemplateOperators.overflow
      }
      let remainder = a % b
      let rounds = remainder != 0 && (remainder < 0) != (b < 0)
      return .int(symbol == .floorDivide ? (rounds ? quotient - 1 : quotient) : (rounds ? remainder + b : remainder))
    default:
      guard b >= 0 else { return .double(try power(Double(a), Double(b))) }
      return .int(try wholePower(a, b))
    }
    guard !overflows else { throw TemplateOperators.overflow }
    return .int(result)
  }

  private var divisionByZero: TemplateError { TemplateError(.invalidValue, "A number is divided by zero") }

  private func wholePower(_ base: Int, _ exponent: Int) throws(TemplateError) -> Int {
    if base == 1 || exponent == 0 { return 1 }
    if base == 0 { return 0 }
    if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
    guard exponent < 64 else { throw TemplateOperators.overflow }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflows) = result.multipliedReportingOverflow(by: base)
      guard !overflows else { throw TemplateOperators.overflow }
      result = product
    }
    return result
  }

  private func floatArithmetic(_ a: Double, _ symbol: TemplateSymbol, _ b: Double) throws(TemplateError) -> Double {
    switch symbol {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide:
      guard b != 0 else { throw divisionByZero }
      return a / b
    case .floorDivide, .modulo:
      guard b != 0 else { throw divisionByZero }
      var remainder = a.truncatingRemainder(dividingBy: b)
      if remainder == 0 { remainder = Double(sign: b.sign, exponent: 0, significand: 0) }
      if remainder != 0, (remainder < 0) != (b < 0) { remainder += b }
      return symbol == .modulo ? remainder : ((a - remainder) / b).rounded()
    default: return try power(a, b)
    }
  }

  /// Powers with a whole exponent, by squaring. Other exponents have no use in a template.
  private func power(_ base: Double, _ exponent: Double) throws(TemplateError) -> Double {
    if exponent == 0.5, base >= 0 { return base.squareRoot() }
    guard let whole = Int(exactly: exponent) else {
      throw TemplateError(.unsupported, "Powers take whole exponents", found: pythonText(of: exponent))
    }
    guard base != 0 || whole >= 0 else { throw divisionByZero }
    var result = 1.0
    var square = base
    var rest = whole.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return whole < 0 ? 1 / result : result
  }

  // MARK: Comparison

  /// Python's equality; large values are paid for.
  func equal(_ left: TemplateValue, _ right: TemplateValue) throws(TemplateError) -> Bool {
    switch (left, right) {
    case (.list, .list), (.tuple, .tuple), (.map, .map): try check(left)
    case (.string(let text), .string): try charge(text.utf8.count >> 6)
    default: break
    }
    return left == right
  }

  func contains(_ container: TemplateValue, _ value: TemplateValue) throws(TemplateError) -> Bool {
    switch container {
    case .string(let text):
      guard case .string(let part) = value else {
        throw TemplateError(
          .wrongType, "'in' looks for a string in a string", expected: "a string", found: value.typeName)
      }
      try charge(text: text)
      return TemplateText.firstRange(of: Array(part.utf8), in: Array(text.utf8), from: 0) != nil
    case .map(let map):
      guard value.canBeKey else {
        throw TemplateError(.wrongType, "A value of type \(value.typeName) cannot be a key")
      }
      return map[value] != nil
    default:
      let elements = try elements(of: container)
      try charge(elements.count)
      for element in elements where try equal(element, value) { return true }
      return false
    }
  }

  func compare(
    _ left: TemplateValue, _ comparison: TemplateComparison, _ right: TemplateValue
  ) throws(TemplateError) -> Bool {
    switch comparison {
    case .less: return try isLess(left, right, symbol: "<")
    case .greater: return try isLess(right, left, symbol: ">")
    case .lessOrEqual:
      if try isLess(left, right, symbol: "<=") { return true }
      return try equal(left, right)
    case .greaterOrEqual:
      if try isLess(right, left, symbol: ">=") { return true }
      return try equal(left, right)
    case .equal: return try equal(left, right)
    case .notEqual: return !(try equal(left, right))
    case .contained: return try contains(right, left)
    case .notContained: return !(try contains(right, left))
    }
  }

  /// Python's order of numbers, texts and lists; other pairs have none.
  func isLess(
    _ left: TemplateValue, _ right: TemplateValue, symbol: String = "<"
  ) throws(TemplateError) -> Bool {
    if let a = left.number, let b = right.number { return a.isLess(than: b) }
    switch (left, right) {
    case (.string(let a), .string(let b)):
      try charge(min(a.utf8.count, b.utf8.count) >> 6)
      // The order of UTF-8 bytes is the order of code points.
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
      try enter()
      defer { leave() }
      for (x, y) in zip(a, b) where !(try equal(x, y)) { return try isLess(x, y, symbol: symbol) }
      return a.count < b.count
    default: throw TemplateOperators.wrongOperands(symbol, left, right)
    }
  }
}
