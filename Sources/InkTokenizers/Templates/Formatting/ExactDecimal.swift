/// The exact decimal digits of a binary floating-point number, for rounding that never doubles an error.
///
/// The value is 0.d₁d₂d₃… × 10^`pointPosition`; zero has no digits.
struct ExactDecimal {
  private(set) var digits: [UInt8]
  private(set) var pointPosition: Int

  private static let limbBase: UInt64 = 1_000_000_000

  /// The digits of the magnitude of a finite number.
  init(_ value: Double) {
    digits = []
    pointPosition = 0
    guard value.isFinite, value != 0 else { return }
    let isSubnormal = value.exponentBitPattern == 0
    var significand = value.significandBitPattern | (isSubnormal ? 0 : 1 << 52)
    var exponent = Int(isSubnormal ? 1 : value.exponentBitPattern) - 1075
    let zeros = significand.trailingZeroBitCount
    significand >>= UInt64(zeros)
    exponent += zeros
    // m·2^e is whole for e ≥ 0; for e < 0 it is m·5^(-e) with -e places after the point.
    var limbs: [UInt64] = []
    while significand > 0 {
      limbs.append(significand % Self.limbBase)
      significand /= Self.limbBase
    }
    let (factor, chunk): (UInt64, Int) = exponent >= 0 ? (2, 29) : (5, 12)
    var remaining = abs(exponent)
    while remaining > 0 {
      let count = min(chunk, remaining)
      var power: UInt64 = 1
      for _ in 0..<count { power *= factor }
      Self.multiply(&limbs, by: power)
      remaining -= count
    }
    for (index, limb) in limbs.reversed().enumerated() {
      let text = String(limb)
      if index > 0 { digits += [UInt8](repeating: 0, count: 9 - text.utf8.count) }
      digits += text.utf8.map { $0 - 0x30 }
    }
    pointPosition = digits.count - (exponent < 0 ? -exponent : 0)
  }

  private static func multiply(_ limbs: inout [UInt64], by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index] * factor + carry
      limbs[index] = product % limbBase
      carry = product / limbBase
    }
    while carry > 0 {
      limbs.append(carry % limbBase)
      carry /= limbBase
    }
  }

  /// Rounds half to even after `count` digits counted from the first one; `count` may be negative.
  mutating func round(toDigits count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      pointPosition = 0
      return
    }
    let rest = digits[count...]
    let first = rest.first ?? 0
    let isTie = first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
    let lastIsOdd = count > 0 && digits[count - 1] % 2 == 1
    let roundsUp = first > 5 || (first == 5 && (!isTie || lastIsOdd))
    digits.removeSubrange(count...)
    guard roundsUp else { return }
    var index = count - 1
    while index >= 0 {
      if digits[index] < 9 {
        digits[index] += 1
        return
      }
      digits[index] = 0
      index -= 1
    }
    digits.insert(1, at: 0)
    pointPosition += 1
  }

  /// `123.46` with exactly `places` digits after the point.
  func fixed(places: Int) -> String {
    var copy = self
    copy.round(toDigits: copy.pointPosition + places)
    let whole = copy.pointPosition > 0 ? (0..<copy.pointPosition).map { copy.digit($0) } : [0x30]
    guard places > 0 else { return String(decoding: whole, as: UTF8.self) }
    let fraction = (0..<places).map { copy.digit(copy.pointPosition + $0) }
    return String(decoding: whole + [UInt8(ascii: ".")] + fraction, as: UTF8.self)
  }

  /// `1.235e+02` with `places` digits after the point.
  func scientific(places: Int) -> String {
    var copy = self
    copy.round(toDigits: places + 1)
    let exponent = digits.isEmpty ? 0 : copy.pointPosition - 1
    var text = [copy.digit(0)]
    if places > 0 { text += [UInt8(ascii: ".")] + (1...places).map { copy.digit($0) } }
    let power = String(abs(exponent))
    return String(decoding: text, as: UTF8.self) + (exponent < 0 ? "e-" : "e+") + (power.utf8.count < 2 ? "0" : "") + power
  }

  /// The decimal exponent after rounding to `count` significant digits.
  func exponent(significant count: Int) -> Int {
    var copy = self
    copy.round(toDigits: count)
    return digits.isEmpty ? 0 : copy.pointPosition - 1
  }

  private func digit(_ index: Int) -> UInt8 {
    0x30 + (index >= 0 && index < digits.count ? digits[index] : 0)
  }
}

/// The text Python's `repr` gives a float: the shortest digits that read back the same.
func pythonText(of value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
  // Swift prints the shortest digits too, only the switch to an exponent differs.
  var digits: [UInt8] = []
  var exponent = 0
  var point: Int?
  let text = Array(value.magnitude.description.utf8)
  var index = 0
  while index < text.count {
    let byte = text[index]
    if byte == UInt8(ascii: ".") {
      point = digits.count
    } else if byte == UInt8(ascii: "e") {
      exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
      break
    } else {
      digits.append(byte)
    }
    index += 1
  }
  var pointPosition = (point ?? digits.count) + exponent
  while digits.first == 0x30, digits.count > 1 {
    digits.removeFirst()
    pointPosition -= 1
  }
  while digits.last == 0x30, digits.count > 1 { digits.removeLast() }
  let sign = value < 0 ? "-" : ""
  let power = pointPosition - 1
  if power < -4 || power >= 16 {
    let head = String(decoding: digits.prefix(1), as: UTF8.self)
    let tail = digits.count > 1 ? "." + String(decoding: digits.dropFirst(), as: UTF8.self) : ""
    let magnitude = String(abs(power))
    return sign + head + tail + (power < 0 ? "e-" : "e+") + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
  }
  if pointPosition <= 0 {
    return sign + "0." + String(repeating: "0", count: -pointPosition) + String(decoding: digits, as: UTF8.self)
  }
  if pointPosition >= digits.count {
    return sign + String(decoding: digits, as: UTF8.self)
      + String(repeating: "0", count: pointPosition - digits.count) + ".0"
  }
  return sign + String(decoding: digits[..<pointPosition], as: UTF8.self) + "."
    + String(decoding: digits[pointPosition...], as: UTF8.self)
}

/// Reads a float as Python's `float(text)` does; nil when it is none.
func pythonFloat(from text: String) -> Double? {
  let trimmed = trimmedPythonSpace(text).lowercased()
  let unsigned = trimmed.utf8.first == UInt8(ascii: "-") || trimmed.utf8.first == UInt8(ascii: "+")
    ? String(trimmed.dropFirst()) : trimmed
  let isNegative = trimmed.utf8.first == UInt8(ascii: "-")
  let magnitude: Double
  switch unsigned {
  case "inf", "infinity": magnitude = .infinity
  case "nan": magnitude = .nan
  default:
    let bytes = Array(unsigned.utf8)
    guard let first = bytes.first, isDigitOrPoint(first), let plain = withoutUnderscores(bytes),
      plain.allSatisfy({ isDigitOrPoint($0) || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }),
      let number = Double(String(decoding: plain, as: UTF8.self))
    else { return nil }
    magnitude = number
  }
  return isNegative ? -magnitude : magnitude
}

/// Reads a whole number as Python's `int(text, base)` does. Nil when it is none; an overflow is an error.
func pythonInt(from text: String, base: Int) throws(TemplateError) -> Int? {
  var bytes = Array(trimmedPythonSpace(text).lowercased().utf8)
  var isNegative = false
  if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
    isNegative = first == UInt8(ascii: "-")
    bytes.removeFirst()
  }
  var radix = base
  let prefixes: [(letter: UInt8, radix: Int)] = [
    (UInt8(ascii: "x"), 16), (UInt8(ascii: "o"), 8), (UInt8(ascii: "b"), 2),
  ]
  if bytes.count > 2, bytes[0] == 0x30,
    let prefix = prefixes.first(where: { $0.letter == bytes[1] && (base == 0 || base == $0.radix) })
  {
    bytes.removeFirst(2)
    radix = prefix.radix
    if bytes.first == UInt8(ascii: "_") { bytes.removeFirst() }
  }
  if radix == 0 { radix = 10 }
  guard (2...36).contains(radix), let digits = withoutUnderscores(bytes), let first = digits.first,
    first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
    digits.allSatisfy({ digitValue($0).map { $0 < radix } ?? false })
  else { return nil }
  guard let number = Int((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: radix) else {
    throw TemplateError(.limitExceeded, "The number '\(text.prefix(40))' does not fit 64 bits")
  }
  return number
}

private func digitValue(_ byte: UInt8) -> Int? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
  case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 0x61 + 10
  default: nil
  }
}

private func isDigitOrPoint(_ byte: UInt8) -> Bool { (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: ".") }

/// Digits without the single underscores Python allows between them; nil when one stands elsewhere.
private func withoutUnderscores(_ bytes: [UInt8]) -> [UInt8]? {
  guard bytes.contains(UInt8(ascii: "_")) else { return bytes }
  var plain: [UInt8] = []
  for (index, byte) in bytes.enumerated() {
    if byte == UInt8(ascii: "_") {
      guard index > 0, index + 1 < bytes.count, digitValue(bytes[index - 1]) != nil, digitValue(bytes[index + 1]) != nil
      else { return nil }
    } else {
      plain.append(byte)
    }
  }
  return plain
}
