public import InkChat

/// Reads a list, one element a line; numbers and bullets before elements are left out.
public struct ListParser: AnswerParser {
  private let limit: Int

  /// A reader of lists.
  ///
  /// - Parameter limit: the most elements; further ones are an error.
  public init(limit: Int = 100) { self.limit = limit }

  public var form: AnswerForm { .regularExpression("([^\\n]+\\n)*[^\\n]+") }
  public var instructions: String {
    "Answer with a list, one element a line, at most \(limit) lines, and nothing else."
  }

  public func parse(_ answer: String) throws(ChainError) -> [String] {
    let elements = answer.split(whereSeparator: \.isNewline).map(Self.bare).filter { !$0.isEmpty }
    guard !elements.isEmpty else {
      throw ChainError(.unparsable, context: "list", expected: "at least one line", found: "none")
    }
    guard elements.count <= limit else {
      throw ChainError(.unparsable, context: "list", expected: "at most \(limit) lines", found: "\(elements.count)")
    }
    return elements
  }

  /// A line without its bullet (`-`, `*`, `•`, `·`) or number (`3.`, `3)`, `3、`).
  private static func bare(_ line: Substring) -> String {
    var rest = line.drop(while: \.isWhitespace)
    if let first = rest.first, "-*•·".contains(first) {
      rest = rest.dropFirst()
    } else {
      let digits = rest.prefix(while: \.isWholeNumber)
      let behind = rest.dropFirst(digits.count)
      if (1...3).contains(digits.count), let mark = behind.first, ".)、．".contains(mark),
        mark == "、" || behind.dropFirst().first.map(\.isWhitespace) ?? true
      {
        rest = behind.dropFirst()
      }
    }
    return TextTrimming.trimmed(rest)
  }
}
