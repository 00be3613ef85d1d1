/// Reads the numbers that stand in a text, so that a claim and its source can be compared: digits, English number words
/// and Chinese numerals give the same decimal digits for the same value.
///
/// `1,234.5`, `one thousand two hundred`, `三百五十`, `3万` and `2 million` are each one number. `one` and `一` alone are
/// none: they are articles more often than counts.
package struct NumberReader {
  /// The numbers of a text in decimal digits; a sign belongs to a number when nothing else stands before it.
  package static func numbers(in text: String) -> Set<String> {
    var reader = NumberReader(text)
    reader.read()
    return reader.found
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var found: Set<String> = []

  private init(_ text: String) {
    // Full-width digits are digits.
    scalars = text.lowercased().unicodeScalars.map { scalar in
      guard (0xFF10...0xFF19).contains(scalar.value) else { return scalar }
      return Unicode.Scalar(scalar.value - 0xFF10 + 0x30) ?? scalar
    }
  }

  private func scalar(at index: Int) -> Unicode.Scalar? { scalars.indices.contains(index) ? scalars[index] : nil }

  private func isDigit(at index: Int) -> Bool { scalar(at: index).map { ("0"..."9").contains($0) } ?? false }

  private func isLetter(at index: Int) -> Bool { scalar(at: index).map { ("a"..."z").contains($0) } ?? false }

  private mutating func read() {
    while position < scalars.count {
      if isDigit(at: position) {
        readDigits()
      } else if isLetter(at: position) {
        readWords()
      } else if ChineseNumeral.isNumeral(scalars[position]) {
        readNumeral()
      } else {
        position += 1
      }
    }
  }

  private mutating func readDigits() {
    var digits = isNegative(at: position) ? "-" : ""
    while isDigit(at: position) || isPoint(at: position) || isThousandsComma(at: position) {
      if scalars[position] != "," { digits.unicodeScalars.append(scalars[position]) }
      position += 1
    }
    found.insert(NumberReader.scaled(digits, by: readScale()))
  }

  private func isNegative(at index: Int) -> Bool {
    guard let sign = scalar(at: index - 1), sign == "-" || sign == "\u{2212}" else { return false }
    guard let before = scalar(at: index - 2) else { return true }
    return before.properties.isWhitespace || before == "(" || before == "（"
  }

  private func isPoint(at index: Int) -> Bool { scalar(at: index) == "." && isDigit(at: index + 1) }

  /// A comma before exactly three digits.
  private func isThousandsComma(at index: Int) -> Bool {
    scalar(at: index) == "," && (1...3).allSatisfy { isDigit(at: index + $0) } && !isDigit(at: index + 4)
  }

  /// Zeros that a word behind the digits stands for: `3 million`, `3万`.
  private mutating func readScale() -> Int {
    var zeros = 0
    while let scalar = scalar(at: position), let more = ChineseNumeral.zeros(of: scalar) {
      zeros += more
      position += 1
    }
    guard zeros == 0 else { return zeros }
    let start = scalar(at: position) == " " || scalar(at: position) == "-" ? position + 1 : position
    let (word, end) = word(at: start)
    guard let more = EnglishNumber.zeros(of: word) else { return 0 }
    position = end
    return more
  }

  /// Moves the decimal point of some digits.
  private static func scaled(_ digits: String, by zeros: Int) -> String {
    guard zeros > 0 else { return digits }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return digits + String(repeating: "0", count: zeros) }
    let moved = parts[1].prefix(zeros)
    let rest = parts[1].dropFirst(zeros)
    let whole = (parts[0] + moved + String(repeating: "0", count: zeros - moved.count)).drop { $0 == "0" }
    return (whole.isEmpty ? "0" : String(whole)) + (rest.isEmpty ? "" : "." + rest)
  }

  private func word(at start: Int) -> (word: String, end: Int) {
    var (word, end) = ("", start)
    while isLetter(at: end) {
      word.unicodeScalars.append(scalars[end])
      end += 1
    }
    return (word, end)
  }

  private mutating func readWords() {
    var number = EnglishNumber()
    var (next, end) = word(at: position)
    position = end
    while number.add(next) {
      position = end
      guard let separator = scalar(at: end), separator == " " || separator == "-" else { break }
      (next, end) = word(at: end + 1)
      if next == "and" { (next, end) = word(at: end + 1) }
    }
    if let value = number.value { found.insert(String(value)) }
  }

  private mutating func readNumeral() {
    let start = position
    while let scalar = scalar(at: position), ChineseNumeral.isNumeral(scalar) { position += 1 }
    if let digits = ChineseNumeral.digits(of: scalars[start..<position]) { found.insert(digits) }
  }
}
