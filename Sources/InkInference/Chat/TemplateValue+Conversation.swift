import InkChat
import InkTokenizers

extension TemplateValue {
  /// A conversation as a template of certain habits reads it.
  init(_ messages: [Message], tools: [ToolDefinition], habits: TemplateHabits) {
    var list: [TemplateValue] = []
    for message in messages {
      switch habits.calls {
      case .members: list.append(.map(TemplateMap(message, habits)))
      case .metadata: list += Self.messages(of: message, habits)
      }
    }
    if case .message = habits.tools, !tools.isEmpty { list = Self.telling(tools, in: list) }
    self = .list(list)
  }

  /// A message of which each call is a message of its own.
  private static func messages(of message: Message, _ habits: TemplateHabits) -> [TemplateValue] {
    var plain = message
    plain.toolCalls = []
    var map = TemplateMap(plain, habits)
    if message.role == .tool { map["role"] = "observation" }
    if message.toolCalls.isEmpty { return [.map(map)] }
    var list: [TemplateValue] = message.content.text.isEmpty ? [] : [.map(map)]
    for call in message.toolCalls {
      list.append(
        ["role": "assistant", "metadata": .string(call.name), "content": .string(call.arguments.argumentText)])
    }
    return list
  }

  /// Puts the tools into the first message if that is the system's, else into one in front of it.
  private static func telling(_ tools: [ToolDefinition], in list: [TemplateValue]) -> [TemplateValue] {
    let described = TemplateValue.list(tools.map { TemplateValue($0) })
    if case .map(var first)? = list.first, case .string("system")? = first["role"] {
      first["tools"] = described
      return [.map(first)] + list.dropFirst()
    }
    return [["role": "system", "content": "", "tools": described]] + list
  }
}

extension TemplateMap {
  /// A message as templates read it: `role`, `content`, and `tool_calls`, `tool_call_id`, `name` where there are any.
  /// What was thought goes by the two names that templates know it by.
  init(_ message: Message, _ habits: TemplateHabits) {
    self = ["role": .string(message.role.rawValue)]
    switch message.content {
    case .text(let text):
      let isMissing = text.isEmpty && !message.toolCalls.isEmpty && habits.missingText == .none
      self["content"] = isMissing ? TemplateValue.none : .string(text)
    case .parts(let parts): self["content"] = .list(parts.map { TemplateValue($0) })
    }
    if let reasoning = message.reasoning {
      self["reasoning_content"] = .string(reasoning)
      self["thinking"] = .string(reasoning)
    }
    if !message.toolCalls.isEmpty {
      self["tool_calls"] = .list(message.toolCalls.map { TemplateValue($0, habits) })
    }
    if let identifier = message.toolCallIdentifier {
      self["tool_call_id"] = .string(habits.identifiers.written(identifier))
    }
    if let name = message.name { self["name"] = .string(name) }
  }
}

extension TemplateValue {
  fileprivate init(_ call: ToolCall, _ habits: TemplateHabits) {
    let arguments: TemplateValue =
      switch habits.arguments {
      case .object: TemplateValue(call.arguments)
      case .text: .string(call.arguments.argumentText)
      }
    self = [
      "id": .string(habits.identifiers.written(call.identifier)), "type": "function",
      "function": ["name": .string(call.name), "arguments": arguments],
    ]
  }
}

extension TemplateHabits.Identifiers {
  /// An identifier in the form that the template takes. Equal ones stay equal, so that answers find their calls.
  fileprivate func written(_ identifier: String) -> String {
    switch self {
    case .asGiven: return identifier
    case .nineCharacters:
      let characters = identifier.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
      if characters.count >= 9 { return String(characters.suffix(9)) }
      // FNV-1a over the bytes: short identifiers such as "call_1" and "call_2" stay apart.
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in identifier.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      let digits = String(hash, radix: 36)
      return String((String(repeating: "0", count: 9) + digits).suffix(9))
    }
  }
}

extension JSONValue {
  /// The text of a call's arguments with the spaces that models write; arguments that are no JSON are their own text.
  var argumentText: String {
    if case .string(let text) = self { return text }
    var text = ""
    write(spacedTo: &text)
    return text
  }

  private func write(spacedTo output: inout String) {
    switch self {
    case .null, .boolean, .integer, .number, .string: output += text
    case .array(let elements):
      output += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { output += ", " }
        element.write(spacedTo: &output)
      }
      output += "]"
    case .object(let members):
      output += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { output += ", " }
        output += JSONValue.string(member.name).text + ": "
        member.value.write(spacedTo: &output)
      }
      output += "}"
    }
  }
}
