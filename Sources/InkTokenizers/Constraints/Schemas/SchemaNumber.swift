/// A decimal number as JSON writes it, exactly.
struct SchemaNumber: Sendable {
  /// As it was written.
  let text: String
  let isNegative: Bool
  /// The digits from 0 to 9 of `0.digits × 10^point`, without zeros at the ends; none for zero.
  let digits: [UInt8]
  /// How many digits stand before the point.
  let point: Int

  private static let digitLimit = 100
  private static let pointLimit = 400

  /// Reads the number grammar of JSON; nil for anything else, and for numbers beyond all use.
  init?(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    var index = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { index += 1 }
    func readDigits() -> [UInt8] {
      let start = index
      while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
      return bytes[start..<index].map { $0 &- 0x30 }
    }
    let whole = readDigits()
    guard whole.count == 1 || whole.count > 1 && whole[0] != 0 else { return nil }
    var fraction: [UInt8] = []
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      fraction = readDigits()
      if fraction.isEmpty { return nil }
    }
    var exponent = 0
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      var sign = 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
        sign = bytes[index] == UInt8(ascii: "-") ? -1 : 1
        index += 1
      }
      let power = readDigits()
      if power.isEmpty { return nil }
      exponent = sign * power.reduce(0) { min($0 * 10 + Int($1), 1_000_000) }
    }
    guard index == bytes.count else { return nil }
    let all = whole + fraction
    let leading = all.prefix { $0 == 0 }.count
    var digits = Array(all.dropFirst(leading))
    while digits.last == 0 { digits.removeLast() }
    let point = digits.isEmpty ? 0 : whole.count - leading + exponent
    guard digits.count <= Self.digitLimit, abs(point) <= Self.pointLimit else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
    self.isNegative = isNegative && !digits.isEmpty
    self.digits = digits
    self.point = point
  }

  /// A whole number, given by its digits.
  init(whole digits: [UInt8], isNegative: Bool = false) {
    let significant = Array(digits.drop { $0 == 0 })
    var kept = significant
    while kept.last == 0 { kept.removeLast() }
    self.digits = kept
    point = kept.isEmpty ? 0 : significant.count
    self.isNegative = isNegative && !kept.isEmpty
    let written = significant.isEmpty ? "0" : String(decoding: significant.map { $0 + 0x30 }, as: UTF8.self)
    text = (self.isNegative ? "-" : "") + written
  }

  var isZero: Bool { digits.isEmpty }
  var isWhole: Bool { digits.count <= max(0, point) }

  /// The digits before the point, at least one.
  var wholeDigits: [UInt8] {
    guard point > 0 else { return [0] }
    return (0..<point).map { $0 < digits.count ? digits[$0] : 0 }
  }

  /// The digits behind the point, without zeros at the end.
  var fractionDigits: [UInt8] {
    guard point < digits.count else { return [] }
    return [UInt8](repeating: 0, count: max(0, -point)) + digits[max(0, point)...]
  }

  /// The power of ten that it is, nil for other numbers.
  var powerOfTen: Int? { digits == [1] && !isNegative ? point - 1 : nil }

  /// As a machine's integer, nil if it is none or too large.
  var integer: Int? {
    guard isWhole, point <= 18 else { return nil }
    let value = wholeDigits.reduce(0) { $0 * 10 + Int($1) }
    return isNegative ? -value : value
  }

  var negated: SchemaNumber {
    guard !isZero else { return self }
    let written = isNegative ? String(text.dropFirst()) : "-" + text
    return SchemaNumber(text: written, isNegative: !isNegative, digits: digits, point: point)
  }

  private init(text: String, isNegative: Bool, digits: [UInt8], point: Int) {
    self.text = text
    self.isNegative = isNegative
    self.digits = digits
    self.point = point
  }
}

extension SchemaNumber: Comparable {
  static func == (left: SchemaNumber, right: SchemaNumber) -> Bool {
    left.isNegative == right.isNegative && left.digits == right.digits && left.point == right.point
  }

  static func < (left: SchemaNumber, right: SchemaNumber) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return left.isNegative ? isSmaller(right, left) : isSmaller(left, right)
  }

  private static func isSmaller(_ left: SchemaNumber, _ right: SchemaNumber) -> Bool {
    if left.isZero || right.isZero { return left.isZero && !right.isZero }
    if left.point != right.point { return left.point < right.point }
    return left.digits.lexicographicallyPrecedes(right.digits)
  }
}
