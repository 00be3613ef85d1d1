extension TemplateValue {
  /// Python's `repr`, which is also how elements print inside lists and maps.
  /// Callers bound the depth of values (`TemplateLimits.valueDepth`) before they come here.
  func appendRepresentation(to text: inout String) {
    switch self {
    case .undefined: text += "Undefined"
    case .none: text += "None"
    case .bool(let flag): text += flag ? "True" : "False"
    case .int(let number): text += String(number)
    case .double(let number): text += pythonText(of: number)
    case .string(let string): appendQuoted(string, to: &text)
    case .list(let elements): append(elements, open: "[", close: "]", to: &text)
    case .tuple(let elements): append(elements, open: "(", close: elements.count == 1 ? ",)" : ")", to: &text)
    case .map(let map):
      text += "{"
      for (index, entry) in map.entries.enumerated() {
        if index > 0 { text += ", " }
        entry.key.appendRepresentation(to: &text)
        text += ": "
        entry.value.appendRepresentation(to: &text)
      }
      text += "}"
    case .runtime: text += "<\(typeName)>"
    }
  }

  /// Python's `str`: like `repr`, but text is itself and undefined is nothing.
  var text: String {
    switch self {
    case .string(let text): return text
    case .undefined: return ""
    default:
      var text = ""
      appendRepresentation(to: &text)
      return text
    }
  }

  private func append(_ elements: [TemplateValue], open: String, close: String, to text: inout String) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += ", " }
      element.appendRepresentation(to: &text)
    }
    text += close
  }

  private func appendQuoted(_ string: String, to text: inout String) {
    let bytes = string.utf8
    let quote: Unicode.Scalar = bytes.contains(UInt8(ascii: "'")) && !bytes.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    text.unicodeScalars.append(quote)
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\\": text += "\\\\"
      case quote: text += "\\" + String(scalar)
      case _ where isPrintable(scalar): text.unicodeScalars.append(scalar)
      default: appendEscape(scalar.value, to: &text)
      }
    }
    text.unicodeScalars.append(quote)
  }

  private func appendEscape(_ value: UInt32, to text: inout String) {
    let digits = String(value, radix: 16)
    let (letter, width) = value <= 0xFF ? ("x", 2) : value <= 0xFFFF ? ("u", 4) : ("U", 8)
    text += "\\" + letter + String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}

/// Whether Python's `str.isprintable` holds for a code point.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.value < 0x7F { return scalar.value >= 0x20 }
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
    return false
  default: return true
  }
}

/// Text without white space at both ends, as `str.strip()`.
func trimmedPythonSpace(_ text: String) -> String {
  String(trimmed(text.unicodeScalars[...], left: true, right: true) { isPythonSpace($0.value) })
}

/// The part of a text left when code points that satisfy a condition go from its ends.
func trimmed(
  _ text: Substring.UnicodeScalarView, left: Bool, right: Bool, where isDropped: (Unicode.Scalar) -> Bool
) -> Substring.UnicodeScalarView {
  var rest = text
  if left { rest = rest.drop(while: isDropped) }
  if right { while let last = rest.last, isDropped(last) { rest.removeLast() } }
  return rest
}
