/// One place holder of `%` or `format`: how wide, how precise and in which notation a value is written.
struct FormatSpecification {
  enum Alignment {
    case left, right, center
    /// Zeros go between the sign and the digits.
    case afterSign
  }

  var fill: Unicode.Scalar = " "
  var alignment: Alignment?
  var sign: UInt8 = UInt8(ascii: "-")
  var isAlternate = false
  var width = 0
  var grouping: UInt8?
  var precision: Int?
  var type: UInt8 = 0

  static let widthLimit = 1 << 20
  private static let precisionLimit = 1100

  /// Digits typed so far with one more; an error beyond what any text needs.
  static func appending(digit: UInt8, to number: Int) throws(TemplateError) -> Int {
    let next = number * 10 + Int(digit - 0x30)
    guard next <= widthLimit else {
      throw TemplateError(.limitExceeded, "A field is wider than \(widthLimit) characters")
    }
    return next
  }

  /// The value written as a number; nil when the type letter is not one for numbers.
  func number(_ number: TemplateNumber) throws(TemplateError) -> String? {
    if let precision, precision > Self.precisionLimit {
      throw TemplateError(.limitExceeded, "A number has more than \(Self.precisionLimit) decimal places")
    }
    let letter = type | 0x20
    switch (letter, number) {
    case (UInt8(ascii: "d"), .int(let value)), (UInt8(ascii: "i"), .int(let value)),
      (UInt8(ascii: "u"), .int(let value)),
      (UInt8(ascii: "n"), .int(let value)), (0x20, .int(let value)):
      return padded(sign: sign(isNegative: value < 0), digits: String(value.magnitude))
    case (UInt8(ascii: "x"), .int(let value)), (UInt8(ascii: "o"), .int(let value)),
      (UInt8(ascii: "b"), .int(let value)):
      return padded(sign: sign(isNegative: value < 0) + prefix(letter), digits: radix(value.magnitude, letter: letter))
    case (UInt8(ascii: "f"), _), (UInt8(ascii: "e"), _), (UInt8(ascii: "g"), _), (UInt8(ascii: "%"), _), (0x20, _):
      return floating(number.double, letter: letter)
    default: return nil
    }
  }

  private func prefix(_ letter: UInt8) -> String {
    isAlternate ? "0" + String(decoding: [type], as: UTF8.self) : ""
  }

  private func radix(_ magnitude: UInt, letter: UInt8) -> String {
    let base = letter == UInt8(ascii: "x") ? 16 : letter == UInt8(ascii: "o") ? 8 : 2
    return String(magnitude, radix: base, uppercase: type == UInt8(ascii: "X"))
  }

  private func sign(isNegative: Bool) -> String {
    if isNegative { return "-" }
    return sign == UInt8(ascii: "-") ? "" : String(decoding: [sign], as: UTF8.self)
  }

  private func floating(_ value: Double, letter: UInt8) -> String {
    let sign = sign(isNegative: value.sign == .minus && !value.isNaN)
    var text: String
    if !value.isFinite {
      text = value.isNaN ? "nan" : "inf"
    } else if letter == 0x20, precision == nil {
      text = pythonText(of: value.magnitude)
    } else {
      text = finite(value, letter: letter)
    }
    if type == UInt8(ascii: "E") || type == UInt8(ascii: "G") || type == UInt8(ascii: "F") { text = text.uppercased() }
    return padded(sign: sign, digits: text)
  }

  private func finite(_ value: Double, letter: UInt8) -> String {
    let places = precision ?? 6
    switch letter {
    case UInt8(ascii: "f"): return ExactDecimal(value).fixed(places: places)
    case UInt8(ascii: "%"): return ExactDecimal(value * 100).fixed(places: places) + "%"
    case UInt8(ascii: "e"): return ExactDecimal(value).scientific(places: places)
    default:
      let decimal = ExactDecimal(value)
      let significant = max(1, places)
      let exponent = decimal.exponent(significant: significant)
      // Without a type letter Python keeps one more exponent step in plain notation than with 'g'.
      let isPlain = exponent >= -4 && exponent < (letter == 0x20 ? significant - 1 : significant)
      var text =
        isPlain
        ? decimal.fixed(places: max(0, significant - 1 - exponent)) : decimal.scientific(places: significant - 1)
      if !isAlternate { text = Self.droppingZeros(text) }
      return letter == 0x20 && isPlain && !text.utf8.contains(UInt8(ascii: ".")) ? text + ".0" : text
    }
  }

  /// `1.500e+02` → `1.5e+02`.
  private static func droppingZeros(_ text: String) -> String {
    var mantissa = Array(text.utf8)
    var tail: [UInt8] = []
    if let exponent = mantissa.firstIndex(of: UInt8(ascii: "e")) {
      tail = Array(mantissa[exponent...])
      mantissa.removeSubrange(exponent...)
    }
    if mantissa.contains(UInt8(ascii: ".")) {
      while mantissa.last == 0x30 { mantissa.removeLast() }
      if mantissa.last == UInt8(ascii: ".") { mantissa.removeLast() }
    }
    return String(decoding: mantissa + tail, as: UTF8.self)
  }

  private func padded(sign: String, digits: String) -> String {
    let digits = grouping.map { Self.grouped(digits, by: $0) } ?? digits
    if alignment == .afterSign {
      let missing = width - sign.utf8.count - digits.utf8.count
      return sign + (missing > 0 ? String(repeating: String(fill), count: missing) : "") + digits
    }
    return aligned(sign + digits, default: .right)
  }

  private static func grouped(_ digits: String, by separator: UInt8) -> String {
    let bytes = Array(digits.utf8)
    let whole = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
    var text: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if index > 0, index < whole, (whole - index) % 3 == 0 { text.append(separator) }
      text.append(byte)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The text filled up to the width.
  func aligned(_ text: String, default standard: Alignment) -> String {
    let missing = width - text.unicodeScalars.count
    guard missing > 0 else { return text }
    let left: Int
    switch alignment ?? standard {
    case .left: left = 0
    case .right, .afterSign: left = missing
    case .center: left = missing / 2
    }
    let filling = String(fill)
    return String(repeating: filling, count: left) + text + String(repeating: filling, count: missing - left)
  }
}
