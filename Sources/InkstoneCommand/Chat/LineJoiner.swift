/// Joins lines that end in a backslash with the next one.
package struct LineJoiner: Sendable {
  private var lines: [String] = []

  /// Nothing held.
  package init() {}

  /// Whether a line is waiting for the next one.
  package var isWaiting: Bool { !lines.isEmpty }

  /// Takes a line; returns the whole text once a line without a backslash has come.
  package mutating func take(_ line: String) -> String? {
    if line.hasSuffix("\\") {
      lines.append(String(line.dropLast()))
      return nil
    }
    let text = (lines + [line]).joined(separator: "\n")
    lines = []
    return text
  }

  /// Gives out what was held when the input ends; nil when that is nothing.
  package mutating func finish() -> String? {
    guard !lines.isEmpty else { return nil }
    defer { lines = [] }
    return lines.joined(separator: "\n")
  }

  /// Forgets what was held.
  package mutating func reset() { lines = [] }
}
