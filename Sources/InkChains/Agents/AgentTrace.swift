import InkChat

/// What models and tools said in a run, enough to run it again without them.
public struct AgentTrace: Sendable, Hashable {
  /// One thing that was asked and what was said to it.
  enum Entry: Sendable, Hashable {
    case model(request: String, answer: JSONValue)
    case tool(name: String, arguments: JSONValue, answer: String)
  }
  var entries: [Entry]

  init(_ entries: [Entry] = []) { self.entries = entries }

  /// The trace as lines of JSON, one for each entry.
  public var lines: String {
    entries.map { entry in
      let value: JSONValue =
        switch entry {
        case .model(let request, let answer): ["model": .string(request), "answer": answer]
        case .tool(let name, let arguments, let answer):
          ["tool": .string(name), "arguments": arguments, "answer": .string(answer)]
        }
      return value.text + "\n"
    }.joined()
  }

  /// Reads a trace from its lines.
  ///
  /// - Throws: `unparsable` with the number of the line that is no entry.
  public init(lines: String) throws(ChainError) {
    entries = []
    for (number, line) in lines.split(separator: "\n").enumerated() {
      guard let value = try? JSONValue(parsing: String(line)), let entry = Self.entry(value) else {
        throw ChainError(
          .unparsable, context: "trace, line \(number + 1)", expected: "an answer of a model or a tool",
          found: "\"\(line.prefix(80))\"")
      }
      entries.append(entry)
    }
  }

  private static func entry(_ value: JSONValue) -> Entry? {
    guard let answer = value["answer"] else { return nil }
    if case .string(let request)? = value["model"], StoredGeneration(answer) != nil {
      return .model(request: request, answer: answer)
    }
    guard case .string(let name)? = value["tool"], let arguments = value["arguments"], case .string(let text) = answer
    else { return nil }
    return .tool(name: name, arguments: arguments, answer: text)
  }
}
