import InkChat

/// What models and tools said in a run, enough to run it again without them.
public struct AgentTrace: Sendable, Hashable {
  /// One thing that was asked and what was said to it.
  enum Entry: Sendable, Hashable {
    case model(request: String, answer: JSONValue)
    case tool(name: String, arguments: JSONValue, answer: String)
    case failure(name: String, arguments: JSONValue, error: ChainError)
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
        case .failure(let name, let arguments, let error):
          ["tool": .string(name), "arguments": arguments, "error": Self.json(error)]
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
    if case .string(let name)? = value["tool"], let arguments = value["arguments"],
      let error = value["error"].flatMap(Self.error)
    {
      return .failure(name: name, arguments: arguments, error: error)
    }
    guard let answer = value["answer"] else { return nil }
    if case .string(let request)? = value["model"], StoredGeneration(answer) != nil {
      return .model(request: request, answer: answer)
    }
    guard case .string(let name)? = value["tool"], let arguments = value["arguments"], case .string(let text) = answer
    else { return nil }
    return .tool(name: name, arguments: arguments, answer: text)
  }

  private static func json(_ error: ChainError) -> JSONValue {
    [
      "code": .string(error.code.rawValue), "context": .string(error.context), "expected": .string(error.expected),
      "found": .string(error.found), "hint": .string(error.hint),
    ]
  }

  private static func error(_ value: JSONValue) -> ChainError? {
    func text(_ name: String) -> String? {
      if case .string(let text)? = value[name] { text } else { nil }
    }
    guard let code = text("code").flatMap(ChainError.Code.init(rawValue:)), let context = text("context"),
      let expected = text("expected"), let found = text("found"), let hint = text("hint")
    else { return nil }
    return ChainError(code, context: context, expected: expected, found: found, hint: hint)
  }
}
