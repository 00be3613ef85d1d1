/// A JSON value and a strict reader, written for the tests so that they do not trust what they test.
indirect enum TestJSON: Equatable {
  case null
  case boolean(Bool)
  case number(String)
  case string(String)
  case array([TestJSON])
  case object([(name: String, value: TestJSON)])

  static func == (left: TestJSON, right: TestJSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let first), .boolean(let second)): first == second
    case (.number(let first), .number(let second)): Double(first) == Double(second)
    case (.string(let first), .string(let second)): Array(first.unicodeScalars) == Array(second.unicodeScalars)
    case (.array(let first), .array(let second)): first == second
    case (.object(let first), .object(let second)):
      first.count == second.count && zip(first, second).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    default: false
    }
  }

  subscript(name: String) -> TestJSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  struct Fault: Error {
    let offset: Int
  }

  init(_ bytes: [UInt8]) throws(Fault) {
    var reader = Reader(bytes: bytes)
    self = try reader.value()
    reader.blanks()
    guard reader.at == bytes.count else { throw reader.fault }
  }

  /// Writes the value as a schema needs it.
  var text: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let text): text
    case .string(let value): Self.quoted(value)
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0.name) + ":" + $0.value.text }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" || scalar == "\\" || scalar.value < 0x20 {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    var fault: Fault { Fault(offset: at) }
    var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func blanks() {
      while [0x20, 0x0A, 0x0D, 0x09].contains(next) { at += 1 }
    }

    mutating func take(_ text: String) -> Bool {
      guard bytes[at...].starts(with: text.utf8) else { return false }
      at += text.utf8.count
      return true
    }

    mutating func value() throws(Fault) -> TestJSON {
      blanks()
      if take("null") { return .null }
      if take("true") { return .boolean(true) }
      if take("false") { return .boolean(false) }
      if take("[") {
        var values: [TestJSON] = []
        blanks()
        if take("]") { return .array([]) }
        repeat {
          values.append(try value())
          blanks()
        } while take(",")
        guard take("]") else { throw fault }
        return .array(values)
      }
      if take("{") {
        var members: [(name: String, value: TestJSON)] = []
        blanks()
        if take("}") { return .object([]) }
        repeat {
          blanks()
          let name = try string()
          blanks()
          guard take(":") else { throw fault }
          members.append((name, try value()))
          blanks()
        } while take(",")
        guard take("}") else { throw fault }
        return .object(members)
      }
      return next == UInt8(ascii: "\"") ? .string(try string()) : .number(try number())
    }

    mutating func number() throws(Fault) -> String {
      let start = at
      func digits(_ at: inout Int) -> Int {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        return at - start
      }
      _ = take("-")
      let isZero = next == 0x30
      let count = digits(&at)
      guard count == 1 || count > 1 && !isZero else { throw fault }
      if take(".") { guard digits(&at) > 0 else { throw fault } }
      if take("e") || take("E") {
        if !take("+") { _ = take("-") }
        guard digits(&at) > 0 else { throw fault }
      }
      return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    mutating func string() throws(Fault) -> String {
      guard take("\"") else { throw fault }
      var content: [UInt8] = []
      while true {
        guard at < bytes.count, next >= 0x20 else { throw fault }
        if take("\"") { break }
        guard take("\\") else {
          content.append(next)
          at += 1
          continue
        }
        at += 1
        switch bytes[at - 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(bytes[at - 1])
        case UInt8(ascii: "b"): content.append(8)
        case UInt8(ascii: "f"): content.append(12)
        case UInt8(ascii: "n"): content.append(10)
        case UInt8(ascii: "r"): content.append(13)
        case UInt8(ascii: "t"): content.append(9)
        case UInt8(ascii: "u"): content += String(try escaped()).utf8
        default: throw fault
        }
      }
      guard let string = String(validating: content, as: UTF8.self) else { throw fault }
      return string
    }

    mutating func escaped() throws(Fault) -> Unicode.Scalar {
      let high = try unit()
      if let scalar = Unicode.Scalar(high) { return scalar }
      guard high < 0xDC00, take("\\u") else { throw fault }
      let low = try unit()
      guard (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00))
      else { throw fault }
      return scalar
    }

    mutating func unit() throws(Fault) -> UInt32 {
      guard at + 4 <= bytes.count,
        let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
      else { throw fault }
      at += 4
      return value
    }
  }
}
