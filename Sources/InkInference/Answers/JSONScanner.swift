import InkChat

/// Follows JSON text character by character, and says where its value ends and where it stops being JSON.
///
/// Control characters inside strings, which models write and RFC 8259 forbids, are let through; `isInString` tells whoever
/// copies the text that the next character may need an escape.
struct JSONScanner: Sendable {
  enum Verdict: Sendable, Hashable {
    /// The value goes on.
    case incomplete
    /// The value ends with this character.
    case complete
    /// The value, a number, ended before this character.
    case completeBefore
    /// This character cannot come here.
    case broken
  }

  private enum Container: Sendable { case array, object }

  private enum Place: Sendable {
    case value, firstElement, firstName, name, colon, behindValue, done
    case string(StringRole)
    case escape(StringRole)
    case hexadecimal(remaining: Int, StringRole)
    case word(remaining: Substring.UnicodeScalarView)
    case number(NumberPart)
  }

  private enum StringRole: Sendable { case name, value }

  private enum NumberPart: Sendable {
    case minus, zero, whole, point, fraction, exponent, exponentSign, exponentDigits

    var mayEnd: Bool {
      switch self {
      case .zero, .whole, .fraction, .exponentDigits: true
      case .minus, .point, .exponent, .exponentSign: false
      }
    }
  }

  /// Arrays and objects inside each other that are followed; JSON that is nested deeper counts as broken.
  static let depthLimit = 128

  private var containers: [Container] = []
  private var place = Place.value

  /// Whether the next character is one of a string's.
  var isInString: Bool {
    if case .string = place { true } else { false }
  }

  mutating func feed(_ scalar: Unicode.Scalar) -> Verdict {
    switch place {
    case .string(let role): return string(scalar, role)
    case .escape(let role): return escape(scalar, role)
    case .hexadecimal(let remaining, let role):
      guard Character(scalar).isHexDigit, scalar.isASCII else { return .broken }
      place = remaining > 1 ? .hexadecimal(remaining: remaining - 1, role) : .string(role)
      return .incomplete
    case .word(let remaining):
      guard remaining.first == scalar else { return .broken }
      if remaining.count == 1 { return endValue() }
      place = .word(remaining: remaining.dropFirst())
      return .incomplete
    case .number(let part): return number(scalar, part)
    case .value, .firstElement, .firstName, .name, .colon, .behindValue, .done: return structure(scalar)
    }
  }

  private mutating func structure(_ scalar: Unicode.Scalar) -> Verdict {
    if Self.isBlank(scalar) { return .incomplete }
    switch (place, scalar) {
    case (.firstElement, "]"), (.firstName, "}"): return endContainer()
    case (.behindValue, "]") where containers.last == .array: return endContainer()
    case (.behindValue, "}") where containers.last == .object: return endContainer()
    case (.behindValue, ","): place = containers.last == .object ? .name : .value
    case (.firstName, "\""), (.name, "\""): place = .string(.name)
    case (.colon, ":"): place = .value
    case (.value, _), (.firstElement, _): return beginValue(scalar)
    default: return .broken
    }
    return .incomplete
  }

  private mutating func beginValue(_ scalar: Unicode.Scalar) -> Verdict {
    switch scalar {
    case "{", "[":
      guard containers.count < Self.depthLimit else { return .broken }
      containers.append(scalar == "{" ? .object : .array)
      place = scalar == "{" ? .firstName : .firstElement
    case "\"": place = .string(.value)
    case "t": place = .word(remaining: "rue".unicodeScalars[...])
    case "f": place = .word(remaining: "alse".unicodeScalars[...])
    case "n": place = .word(remaining: "ull".unicodeScalars[...])
    case "-": place = .number(.minus)
    case "0": place = .number(.zero)
    case "1"..."9": place = .number(.whole)
    default: return .broken
    }
    return .incomplete
  }

  private mutating func string(_ scalar: Unicode.Scalar, _ role: StringRole) -> Verdict {
    switch scalar {
    case "\\": place = .escape(role)
    case "\"":
      switch role {
      case .name: place = .colon
      case .value: return endValue()
      }
    default: break
    }
    return .incomplete
  }

  private mutating func escape(_ scalar: Unicode.Scalar, _ role: StringRole) -> Verdict {
    switch scalar {
    case "\"", "\\", "/", "b", "f", "n", "r", "t": place = .string(role)
    case "u": place = .hexadecimal(remaining: 4, role)
    default: return .broken
    }
    return .incomplete
  }

  private mutating func number(_ scalar: Unicode.Scalar, _ part: NumberPart) -> Verdict {
    switch (part, scalar) {
    case (.minus, "0"): place = .number(.zero)
    case (.minus, "1"..."9"), (.whole, "0"..."9"): place = .number(.whole)
    case (.zero, "."), (.whole, "."): place = .number(.point)
    case (.point, "0"..."9"), (.fraction, "0"..."9"): place = .number(.fraction)
    case (.zero, "e"), (.zero, "E"), (.whole, "e"), (.whole, "E"), (.fraction, "e"), (.fraction, "E"):
      place = .number(.exponent)
    case (.exponent, "+"), (.exponent, "-"): place = .number(.exponentSign)
    case (.exponent, "0"..."9"), (.exponentSign, "0"..."9"), (.exponentDigits, "0"..."9"):
      place = .number(.exponentDigits)
    default:
      guard part.mayEnd else { return .broken }
      if case .complete = endValue() { return .completeBefore }
      return structure(scalar)
    }
    return .incomplete
  }

  private mutating func endContainer() -> Verdict {
    containers.removeLast()
    return endValue()
  }

  private mutating func endValue() -> Verdict {
    place = containers.isEmpty ? .done : .behindValue
    return containers.isEmpty ? .complete : .incomplete
  }

  /// A control character as it must be written inside a string.
  static func escaped(_ scalar: Unicode.Scalar) -> String {
    String(JSONValue.string(String(scalar)).text.dropFirst().dropLast())
  }

  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\n" || scalar == "\r" || scalar == "\t"
  }
}
