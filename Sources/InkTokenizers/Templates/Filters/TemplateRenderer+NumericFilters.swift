extension TemplateRenderer {
  func applyNumeric(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = filter.rawValue
    if value.isUndefined {
      throw TemplateError(
        .undefinedValue, "'\(name)' was given a value that is undefined", hint: "Put 'default(0)' in front of it")
    }
    switch filter {
    case .abs:
      _ = try arguments.bound(to: [], of: name)
      guard let number = value.number else { throw TemplateOperators.wrongOperand("abs", value) }
      if case .int(let whole) = number { return whole < 0 ? try negated(value) : .int(whole) }
      return .double(number.double.magnitude)
    case .float:
      let bound = try arguments.bound(to: ["default"], of: name)
      if let number = value.number { return .double(number.double) }
      if case .string(let text) = value, let number = pythonFloat(from: text) { return .double(number) }
      return bound[0] ?? .double(0)
    case .int: return try whole(value, try arguments.bound(to: ["default", "base"], of: name))
    case .round: return try rounded(value, try arguments.bound(to: ["precision", "method"], of: name))
    default: return .string(try fileSize(value, try arguments.bound(to: ["binary"], of: name)))
    }
  }

  private func whole(_ value: TemplateValue, _ bound: [TemplateValue?]) throws(TemplateError) -> TemplateValue {
    let base = try TemplateParameter(callee: "int", name: "base").whole(bound[1]) ?? 10
    let standard = bound[0] ?? .int(0)
    switch value {
    case .bool, .int: return .int(value.wholeNumber ?? 0)
    case .double(let number): return number.isNaN ? standard : .int(try truncated(number))
    case .string(let text):
      try charge(text.utf8.count >> 6)
      if let number = try pythonInt(from: text, base: base) { return .int(number) }
      guard let number = pythonFloat(from: text), number.isFinite else { return standard }
      return .int(try truncated(number))
    default: return standard
    }
  }

  private func truncated(_ number: Double) throws(TemplateError) -> Int {
    guard let whole = Int(exactly: number.rounded(.towardZero)) else { throw TemplateOperators.overflow }
    return whole
  }

  private func rounded(_ value: TemplateValue, _ bound: [TemplateValue?]) throws(TemplateError) -> TemplateValue {
    guard let number = value.number else { throw TemplateOperators.wrongOperand("round", value) }
    let places = try TemplateParameter(callee: "round", name: "precision").whole(bound[0]) ?? 0
    let method = try TemplateParameter(callee: "round", name: "method").text(bound[1]) ?? "common"
    switch method {
    case "common":
      if case .int(let whole) = number, places >= 0 { return .int(whole) }
      let result = Self.roundedHalfToEven(number.double, places: places)
      if case .int = number { return .int(try truncated(result)) }
      return .double(result)
    case "ceil", "floor":
      let scale = try arithmetic(.int(10), .power, .int(min(max(places, -300), 18)))
      let factor = scale.number?.double ?? 1
      let scaled = number.double * factor
      return .double((method == "ceil" ? scaled.rounded(.up) : scaled.rounded(.down)) / factor)
    default:
      throw TemplateError(
        .invalidValue, "'round' does not know the method '\(method)'", expected: "common, ceil or floor")
    }
  }

  /// Rounds the exact decimal value, so that 2.675 to two places is 2.67 as in Python.
  private static func roundedHalfToEven(_ value: Double, places: Int) -> Double {
    guard value.isFinite, places < 400 else { return value }
    var decimal = ExactDecimal(value)
    decimal.round(toDigits: max(decimal.pointPosition, -400) + max(places, -400))
    let digits = String(decoding: decimal.digits.map { $0 + 0x30 }, as: UTF8.self)
    let magnitude = digits.isEmpty ? 0 : Double("0.\(digits)e\(decimal.pointPosition)") ?? value.magnitude
    return value.sign == .minus ? -magnitude : magnitude
  }

  private func fileSize(_ value: TemplateValue, _ bound: [TemplateValue?]) throws(TemplateError) -> String {
    let number: Double
    if let given = value.number {
      number = given.double
    } else if case .string(let text) = value, let given = pythonFloat(from: text) {
      number = given
    } else {
      throw TemplateOperators.wrongOperand("filesizeformat", value)
    }
    let isBinary = bound[0]?.isTrue ?? false
    let base = isBinary ? 1024.0 : 1000.0
    if number == 1 { return "1 Byte" }
    if number < base { return "\(try truncated(number)) Bytes" }
    var unit = base
    let letters = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
    for (index, letter) in letters.enumerated() {
      unit *= base
      if number < unit || index == letters.count - 1 {
        let text = ExactDecimal(base * number / unit).fixed(places: 1)
        return text + " " + (isBinary ? letter.uppercased() + "iB" : letter + "B")
      }
    }
    return ""
  }
}
