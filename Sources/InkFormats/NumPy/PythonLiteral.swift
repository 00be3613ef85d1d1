/// Reads the few literals of Python that NumPy's headers are made of.
struct PythonLiteral {
  private let bytes: [UInt8]
  let file: String
  private var position = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  func failure(_ expected: String) -> FormatError {
    FormatError(.malformed, file: file, context: "header at byte \(position)", expected: expected)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) { position += 1 }
  }

  /// Goes over a word when it is the next one.
  mutating func take(_ word: String) -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  mutating func expect(_ word: String) throws(FormatError) {
    guard take(word) else { throw failure(word) }
  }

  /// A string in single or double quotes, without escapes.
  mutating func string() throws(FormatError) -> String {
    skipSpace()
    guard position < bytes.count, bytes[position] == 0x27 || bytes[position] == 0x22 else { throw failure("a string") }
    let quote = bytes[position]
    guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { throw failure("the end of a string") }
    let content = bytes[position + 1..<end]
    guard !content.contains(0x5c), let text = String(validating: content, as: UTF8.self) else {
      throw failure("a string without escapes")
    }
    position = end + 1
    return text
  }

  mutating func boolean() throws(FormatError) -> Bool {
    if take("True") { return true }
    try expect("False")
    return false
  }

  /// A tuple of whole numbers.
  mutating func tuple() throws(FormatError) -> [Int] {
    try expect("(")
    var numbers: [Int] = []
    while !take(")") {
      numbers.append(try number())
      if !take(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }

  private mutating func number() throws(FormatError) -> Int {
    skipSpace()
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw failure("a whole number")
    }
    // Versions for Python 2 wrote a letter behind long numbers.
    _ = take("L")
    return number
  }
}
