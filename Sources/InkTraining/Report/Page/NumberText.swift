/// Numbers as people read them, the same in every language and on every machine.
enum NumberText {
  /// What becomes of zeros at the end of a fraction.
  enum TrailingZeros: Sendable, Hashable {
    /// They stay, so that numbers below each other, or after each other in one place, have one width.
    case kept
    case dropped
  }

  /// A number with so many significant digits: plain from 0.001 to under a million, else with a power of ten.
  static func text(_ value: Double, digits: Int, zeros: TrailingZeros = .dropped) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    guard value != 0 else { return "0" }
    var (digitsOfValue, exponent) = decimal(value.magnitude, digits: max(1, min(digits, 15)))
    let sign = value < 0 ? "-" : ""
    if (-3..<6).contains(exponent) { return sign + plain(digitsOfValue, exponent, zeros) }
    if zeros == .dropped { while digitsOfValue.count > 1, digitsOfValue.last == "0" { digitsOfValue.removeLast() } }
    let fraction = digitsOfValue.dropFirst()
    let dot = fraction.isEmpty ? "" : "."
    return "\(sign)\(digitsOfValue.prefix(1))\(dot)\(fraction)e\(exponent)"
  }

  /// A whole number with its thousands set apart.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }

  /// A large number with a letter: 950, 12.3k, 4.56M, 7.89G.
  static func short(_ value: Double) -> String {
    for (size, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value.magnitude >= size {
      return text(value / size, digits: 3, zeros: .kept) + letter
    }
    return text(value, digits: 3)
  }

  /// A span of time: 0:07, 12:34, 1:02:03, 2d 3:04:05.
  static func duration(_ seconds: Double) -> String {
    // A million years is as good as forever, and converts.
    guard seconds.isFinite, seconds >= 0, seconds < 3e13 else { return "?" }
    let whole = Int(seconds.rounded())
    let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60)
    let rest = pair(whole % 60)
    if days > 0 { return "\(days)d \(hours):\(pair(minutes)):\(rest)" }
    return hours > 0 ? "\(hours):\(pair(minutes)):\(rest)" : "\(minutes):\(rest)"
  }

  private static func pair(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  /// The digits of a positive number, rounded, and the power of ten of the first.
  private static func decimal(_ value: Double, digits: Int) -> (digits: String, exponent: Int) {
    var exponent = 0
    var scaled = value
    while scaled >= 10 {
      scaled /= 10
      exponent += 1
    }
    while scaled < 1 {
      scaled *= 10
      exponent -= 1
    }
    let power = (1..<digits).reduce(1.0) { product, _ in product * 10 }
    var whole = Int((scaled * power).rounded())
    if Double(whole) >= power * 10 {
      whole /= 10
      exponent += 1
    }
    return (String(whole), exponent)
  }

  private static func plain(_ digits: String, _ exponent: Int, _ zeros: TrailingZeros) -> String {
    var (whole, fraction): (String, String)
    if exponent < 0 {
      (whole, fraction) = ("0", String(repeating: "0", count: -exponent - 1) + digits)
    } else if digits.count > exponent + 1 {
      (whole, fraction) = (String(digits.prefix(exponent + 1)), String(digits.dropFirst(exponent + 1)))
    } else {
      (whole, fraction) = (digits + String(repeating: "0", count: exponent + 1 - digits.count), "")
    }
    if zeros == .dropped { while fraction.last == "0" { fraction.removeLast() } }
    return fraction.isEmpty ? whole : "\(whole).\(fraction)"
  }
}
