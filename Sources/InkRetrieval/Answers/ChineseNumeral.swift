/// A number in Chinese numerals: `三百五十`, `二〇二四`, `两万`.
struct ChineseNumeral {
  private static let values: [Unicode.Scalar: Int] = [
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
  ]
  private static let scales: [Unicode.Scalar: Int] = ["十": 1, "百": 2, "千": 3, "万": 4, "亿": 8]

  /// Whether a character belongs to a numeral.
  static func isNumeral(_ scalar: Unicode.Scalar) -> Bool { values[scalar] != nil || scales[scalar] != nil }

  /// Zeros that a character stands for; nil for other characters.
  static func zeros(of scalar: Unicode.Scalar) -> Int? { scales[scalar] }

  /// The numeral in decimal digits.
  ///
  /// - Returns: nil for `一` alone, and for what is a word and no number, such as `千万`.
  static func digits(of numeral: ArraySlice<Unicode.Scalar>) -> String? {
    guard numeral.count <= 40, numeral != ["一"] else { return nil }
    // Digits in a row, as years are written.
    let digits = numeral.compactMap { values[$0] }
    if digits.count == numeral.count { return digits.map(String.init).joined() }
    guard !digits.isEmpty || numeral == ["十"] else { return nil }
    return value(of: numeral).map(String.init)
  }

  private static func value(of numeral: ArraySlice<Unicode.Scalar>) -> Int? {
    var (total, group) = (0, 0)
    var digit: Int?
    for scalar in numeral {
      if let value = values[scalar] {
        guard (digit ?? 0) == 0 else { return nil }
        digit = value
        continue
      }
      guard let zeros = scales[scalar] else { return nil }
      if zeros < 4 {
        // "十五" is 15; no other unit stands without its digit.
        guard let value = digit ?? (zeros == 1 ? 1 : nil) else { return nil }
        group += value * power(zeros)
      } else {
        let value = group + (digit ?? 0)
        guard total + value > 0 else { return nil }
        // "亿" counts everything before it, "万" only what came since.
        let (scaled, overflow) = (zeros == 8 ? total + value : value).multipliedReportingOverflow(by: power(zeros))
        guard !overflow, total < Int.max / 2, scaled < Int.max / 2 else { return nil }
        total = zeros == 8 ? scaled : total + scaled
        group = 0
      }
      digit = nil
    }
    return total + group + (digit ?? 0)
  }

  private static func power(_ zeros: Int) -> Int { (0..<zeros).reduce(1) { value, _ in value * 10 } }
}
