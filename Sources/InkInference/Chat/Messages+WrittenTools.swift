import InkChat

extension [Message] {
  /// The conversation for a model whose chat template knows no tools: they are described in the system message, calls and
  /// their results are written into the text, in the notation of Hermes, which many models have seen.
  func writingTools(_ tools: [ToolDefinition]) -> [Message] {
    var written: [Message] = []
    for (index, message) in enumerated() {
      switch message.role {
      case .assistant: written.append(message.writingCalls())
      case .tool:
        let result = "<tool_response>\n\(message.content.text)\n</tool_response>"
        // Results of several calls are one message: most templates want speakers to take turns.
        if index > 0, self[index - 1].role == .tool, let last = written.popLast() {
          written.append(.user(last.content.text + "\n" + result))
        } else {
          written.append(.user(result))
        }
      case .system, .user: written.append(message)
      }
    }
    guard !tools.isEmpty else { return written }
    let description = tools.written
    if let first = written.first, first.role == .system {
      written[0].content = .text(first.content.text + "\n\n" + description)
    } else {
      written.insert(.system(description), at: 0)
    }
    return written
  }
}

extension Message {
  fileprivate func writingCalls() -> Message {
    guard !toolCalls.isEmpty else { return self }
    var parts = content.text.isEmpty ? [] : [content.text]
    for call in toolCalls {
      let members = [JSONMember("name", .string(call.name)), JSONMember("arguments", call.arguments)]
      parts.append("<tool_call>\n\(JSONValue.object(members).argumentText)\n</tool_call>")
    }
    var message = self
    message.toolCalls = []
    message.content = .text(parts.joined(separator: "\n"))
    return message
  }
}

extension [ToolDefinition] {
  fileprivate var written: String {
    let lines = map { tool in
      JSONValue.object([
        JSONMember("name", .string(tool.name)), JSONMember("description", .string(tool.description)),
        JSONMember("parameters", tool.parameters),
      ]).argumentText
    }
    return """
      You can call functions. Each line between <tools> and </tools> describes one as JSON:
      <tools>
      \(lines.joined(separator: "\n"))
      </tools>
      To call one, write its name and its arguments as JSON:
      <tool_call>
      {"name": "the name", "arguments": {"argument": "value"}}
      </tool_call>
      """
  }
}
