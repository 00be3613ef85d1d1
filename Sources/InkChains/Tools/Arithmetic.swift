import Foundation

/// Evaluates arithmetic: `+ - * / % ^`, parentheses, the constants pi and e, and functions of one or more numbers.
public enum Arithmetic {
  /// The most bytes of an expression.
  static let longest = 4_096

  /// The value of an expression.
  ///
  /// - Throws: `invalidInput` with the position of what is wrong, or when the value is not a number (a division by
  ///   zero).
  public static func value(of expression: String) throws(ChainError) -> Double {
    var parser = ArithmeticParser(expression)
    guard expression.utf8.count <= longest else {
      throw parser.error("at most \(longest) bytes")
    }
    let value = try parser.all()
    guard value.isFinite else {
      throw ChainError(
        .invalidInput, context: "arithmetic", expected: "a finite result", found: "\(value)",
        hint: "Divide by something other than zero, or use smaller numbers.")
    }
    return value
  }

  /// The value as text, whole numbers without a fraction.
  public static func text(of expression: String) throws(ChainError) -> String {
    let value = try value(of: expression)
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}

private struct ArithmeticParser {
  private static let deepest = 64
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: String) {
    // Typographic signs are what people and models copy from text.
    let plain = text.replacing("×", with: "*").replacing("÷", with: "/").replacing("−", with: "-")
    bytes = Array(plain.utf8)
  }

  mutating func all() throws(ChainError) -> Double {
    let value = try sum()
    guard next == nil else { throw error("an operator or the end") }
    return value
  }

  private var next: UInt8? {
    mutating get {
      while position < bytes.count, bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position]) { position += 1 }
      return position < bytes.count ? bytes[position] : nil
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func sum() throws(ChainError) -> Double {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw error("at most \(Self.deepest) levels of parentheses") }
    var value = try product()
    while true {
      if take("+") { value += try product() } else if take("-") { value -= try product() } else { return value }
    }
  }

  private mutating func product() throws(ChainError) -> Double {
    var value = try signed()
    while true {
      if take("*") {
        value *= try signed()
      } else if take("/") {
        value /= try signed()
      } else if take("%") {
        value = value.truncatingRemainder(dividingBy: try signed())
      } else {
        return value
      }
    }
  }

  /// A sign binds less than a power: -2^2 is -4.
  private mutating func signed() throws(ChainError) -> Double {
    var isNegative = false
    while true {
      if take("-") { isNegative.toggle() } else if !take("+") { break }
    }
    let value = try power()
    return isNegative ? -value : value
  }

  private mutating func power() throws(ChainError) -> Double {
    let base = try atom()
    guard take("^") || takeDoubleStar() else { return base }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw error("at most \(Self.deepest) powers of powers") }
    return pow(base, try signed())
  }

  private mutating func takeDoubleStar() -> Bool {
    guard next == UInt8(ascii: "*"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "*") else {
      return false
    }
    position += 2
    return true
  }

  private mutating func atom() throws(ChainError) -> Double {
    if take("(") {
      let value = try sum()
      guard take(")") else { throw error("\")\"") }
      return value
    }
    guard let byte = next else { throw error("a number") }
    let start = position
    if Self.isDigit(byte) || byte == UInt8(ascii: ".") {
      skipNumber()
      guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
        position = start
        throw error("a number")
      }
      return value
    }
    while position < bytes.count, Self.isLetter(bytes[position]) || (position > start && Self.isDigit(bytes[position]))
    {
      position += 1
    }
    guard position > start else { throw error("a number") }
    return try named(String(decoding: bytes[start..<position], as: UTF8.self).lowercased(), at: start)
  }

  private mutating func skipNumber() {
    while position < bytes.count, Self.isDigit(bytes[position]) || bytes[position] == UInt8(ascii: ".") {
      position += 1
    }
    guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return }
    var end = position + 1
    if end < bytes.count, bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-") { end += 1 }
    guard end < bytes.count, Self.isDigit(bytes[end]) else { return }
    while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
    position = end
  }

  private mutating func named(_ name: String, at start: Int) throws(ChainError) -> Double {
    switch name {
    case "pi": return Double.pi
    case "e": return M_E
    default: break
    }
    guard take("(") else {
      position = start
      throw error("a number, pi, e or a function such as sqrt(…)")
    }
    var arguments = [try sum()]
    while take(",") { arguments.append(try sum()) }
    guard take(")") else { throw error("\")\"") }
    let one: ((Double) -> Double)? =
      switch name {
      case "sqrt": { $0.squareRoot() }
      case "abs": { abs($0) }
      case "round": { $0.rounded() }
      case "floor": { $0.rounded(.down) }
      case "ceil": { $0.rounded(.up) }
      case "ln", "log": { log($0) }
      case "log10": { log10($0) }
      case "log2": { log2($0) }
      case "exp": { exp($0) }
      case "sin": { sin($0) }
      case "cos": { cos($0) }
      case "tan": { tan($0) }
      default: nil
      }
    if let one, arguments.count == 1 { return one(arguments[0]) }
    switch name {
    case "min": return arguments.min() ?? .nan
    case "max": return arguments.max() ?? .nan
    case "pow" where arguments.count == 2: return pow(arguments[0], arguments[1])
    default:
      position = start
      throw error("a known function with the right number of arguments")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

  func error(_ expected: String) -> ChainError {
    let found =
      position < bytes.count ? "\"\(String(decoding: bytes[position...].prefix(12), as: UTF8.self))\"" : "the end"
    return ChainError(
      .invalidInput, context: "arithmetic, byte \(min(position, bytes.count))", expected: expected, found: found)
  }
}
