import InkChat

/// Finds the JSON in an answer: the whole of it, a fenced part, or the first object or array that is whole.
enum JSONAnswer {
  static func find(_ answer: String) throws(ChainError) -> JSONValue {
    let text = TextTrimming.unfenced(answer)
    let whole: JSONError
    do throws(JSONError) {
      return try JSONValue(parsing: text)
    } catch {
      whole = error
    }
    let bytes = Array(text.utf8)
    // Each opening is tried once, and only a few: an answer full of brackets must not cost its square.
    var tries = 0
    for (start, byte) in bytes.enumerated() where byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
      guard tries < 16 else { break }
      tries += 1
      guard let end = balancedEnd(bytes, from: start) else { continue }
      if let value = try? JSONValue(parsing: Array(bytes[start...end])) { return value }
    }
    throw ChainError(
      .unparsable, context: "JSON", expected: "one JSON value and nothing else", found: whole.description)
  }

  /// The bracket that closes the one at `start`; nil when there is none.
  private static func balancedEnd(_ bytes: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var inString = false
    var position = start
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\") where inString: position += 1
      case UInt8(ascii: "\""): inString.toggle()
      case UInt8(ascii: "{") where !inString, UInt8(ascii: "[") where !inString: depth += 1
      case UInt8(ascii: "}") where !inString, UInt8(ascii: "]") where !inString:
        depth -= 1
        if depth == 0 { return position }
      default: break
      }
      position += 1
    }
    return nil
  }
}
