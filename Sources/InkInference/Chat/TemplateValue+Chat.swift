import InkChat
import InkTokenizers

extension TemplateValue {
  /// A message as templates read it: `role`, `content`, and `tool_calls`, `tool_call_id`, `name` where there are any.
  /// What was thought goes by the two names that templates know it by.
  init(_ message: Message) {
    var map: TemplateMap = ["role": .string(message.role.rawValue)]
    switch message.content {
    case .text(let text): map["content"] = .string(text)
    case .parts(let parts): map["content"] = .list(parts.map { TemplateValue($0) })
    }
    if let reasoning = message.reasoning {
      map["reasoning_content"] = .string(reasoning)
      map["thinking"] = .string(reasoning)
    }
    if !message.toolCalls.isEmpty { map["tool_calls"] = .list(message.toolCalls.map { TemplateValue($0) }) }
    if let identifier = message.toolCallIdentifier { map["tool_call_id"] = .string(identifier) }
    if let name = message.name { map["name"] = .string(name) }
    self = .map(map)
  }

  private init(_ part: MessagePart) {
    switch part {
    case .text(let text): self = ["type": "text", "text": .string(text)]
    case .image: self = ["type": "image"]
    }
  }

  private init(_ call: ToolCall) {
    self = [
      "id": .string(call.identifier), "type": "function",
      "function": ["name": .string(call.name), "arguments": TemplateValue(call.arguments)],
    ]
  }

  /// A tool in the form of OpenAI's API, which templates expect.
  init(_ tool: ToolDefinition) {
    var function: TemplateMap = [
      "name": .string(tool.name), "description": .string(tool.description),
      "parameters": TemplateValue(tool.parameters),
    ]
    for member in tool.further { function[member.name] = TemplateValue(member.value) }
    self = ["type": "function", "function": .map(function)]
  }

  /// A document.
  init(_ document: PromptDocument) {
    self = .map(TemplateMap(document.members.map { ($0.name, TemplateValue($0.value)) }))
  }

  /// A JSON value.
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .none
    case .boolean(let flag): self = .bool(flag)
    case .integer(let number): self = .int(Int(number))
    case .number(let number): self = .double(number)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(elements.map { TemplateValue($0) })
    case .object(let members):
      self = .map(TemplateMap(members.map { ($0.name, TemplateValue($0.value)) }))
    }
  }
}
