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
  let unsigned =
    trimmed.utf8.first == UInt8(ascii: "-") || trimmed.utf8.first == UInt8(ascii: "+")
    ? String(trimmed.dropFirst()) : trimmed
  let isNegative = trimmed.utf8.first == UInt8(ascii: "-")
  let magnitude: Double
  switch unsigned {
  case "inf", "infinity": magnitude = .infinity
  case "nan": magnitude = .nan
  default:
    let bytes = Array(unsigned.utf8)
    guard let first = bytes.first, isDigitOrPoint(first), let plain = withoutUnderscores(bytes),
      plain.allSatisfy({
        isDigitOrPoint($0) || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
      }),
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
