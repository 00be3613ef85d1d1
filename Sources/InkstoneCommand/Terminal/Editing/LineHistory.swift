/// What was typed before, to be called up again.
package struct LineHistory: Sendable, Equatable {
  /// The most lines that are kept.
  package static let capacity = 1_000
  /// The lines, oldest first.
  package private(set) var lines: [String] = []
  private var place: Int?
  private var draft = ""

  /// A history of lines, oldest first.
  package init(_ lines: [String] = []) { for line in lines { add(line) } }

  /// Keeps a line that was entered, unless it says what the last one said.
  package mutating func add(_ line: String) {
    place = nil
    guard !line.allSatisfy(\.isWhitespace), line != lines.last else { return }
    lines.append(line)
    if lines.count > LineHistory.capacity { lines.removeFirst(lines.count - LineHistory.capacity) }
  }

  /// The line before the one that is shown; nil where there is none.
  ///
  /// - Parameter current: what stands in the line now; what was typed and not entered comes back at the end.
  package mutating func earlier(than current: String) -> String? {
    let next = (place ?? lines.count) - 1
    guard next >= 0 else { return nil }
    if place == nil { draft = current }
    place = next
    return lines[next]
  }

  /// The line after the one that is shown; nil where there is none.
  package mutating func later() -> String? {
    guard let now = place else { return nil }
    guard now + 1 < lines.count else {
      place = nil
      return draft
    }
    place = now + 1
    return lines[now + 1]
  }
}
