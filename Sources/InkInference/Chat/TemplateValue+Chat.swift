import InkChat
import InkTokenizers

extension TemplateValue {
  /// A part of a message.
  init(_ part: MessagePart) {
    switch part {
    case .text(let text): self = ["type": "text", "text": .string(text)]
    case .image: self = ["type": "image"]
    }
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
