/// Joins lines that end in a backslash with the next one, and those between two lines of three quotation marks.
package struct LineJoiner: Sendable {
  private enum State: Sendable {
    case line
    /// Lines that ended in a backslash.
    case joined([String])
    /// Lines behind an opening `"""`.
    case block([String])
  }

  private static let fence = "\"\"\""
  private var state = State.line

  /// Nothing held.
  package init() {}

  /// Whether a line is waiting for the next one.
  package var isWaiting: Bool {
    switch state {
    case .line: false
    case .joined, .block: true
    }
  }

  /// Takes a line; returns the whole text once it is complete.
  package mutating func take(_ line: String) -> String? {
    switch state {
    case .line:
      guard line.hasPrefix(LineJoiner.fence) else { return take(line, after: []) }
      return take(String(line.dropFirst(3)), inBlock: [])
    case .joined(let lines): return take(line, after: lines)
    case .block(let lines): return take(line, inBlock: lines)
    }
  }

  private mutating func take(_ line: String, after lines: [String]) -> String? {
    if line.hasSuffix("\\") {
      state = .joined(lines + [String(line.dropLast())])
      return nil
    }
    state = .line
    return (lines + [line]).joined(separator: "\n")
  }

  private mutating func take(_ line: String, inBlock lines: [String]) -> String? {
    // A pasted block is one text with line ends, and may hold the closing marks as well.
    guard line.trimmed().hasSuffix(LineJoiner.fence) else {
      // Nothing stands behind the opening marks, nearly always.
      state = .block(lines.isEmpty && line.isEmpty ? [] : lines + [line])
      return nil
    }
    state = .line
    let last = String(line.trimmed().dropLast(3))
    let text = (lines + (last.isEmpty ? [] : [last])).joined(separator: "\n")
    return text
  }

  /// Gives out what was held when the input ends; nil when that is nothing.
  package mutating func finish() -> String? {
    defer { state = .line }
    switch state {
    case .line: return nil
    case .joined(let lines), .block(let lines): return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
  }

  /// Forgets what was held.
  package mutating func reset() { state = .line }
}
