internal import InkTokenizers

/// Conversations of `from` and `value`.
enum ShareGPTFormat {
  private enum Speaker {
    case spoken(ConversationMessage.Role)
    case call
  }

  private static let speakers: [String: Speaker] = [
    "human": .spoken(.user), "user": .spoken(.user), "gpt": .spoken(.assistant), "assistant": .spoken(.assistant),
    "chatgpt": .spoken(.assistant), "system": .spoken(.system), "observation": .spoken(.tool), "tool": .spoken(.tool),
    "function_response": .spoken(.tool), "function_call": .call,
  ]

  static func conversation(_ fields: RecordFields) throws(DataError) -> Conversation {
    var messages: [ConversationMessage] = []
    if let system = try fields.optionalText("system") { messages.append(ConversationMessage(.system, system)) }
    let turns = try fields.list("conversations")
    if turns.isEmpty { throw fields.fault("at least one turn in \"conversations\"", "an empty list") }
    for (index, turn) in turns.enumerated() {
      let place = "conversations[\(index)]"
      guard let name = turn.dataMap?["from"]?.dataText, let text = turn.dataMap?["value"]?.dataText else {
        throw fields.fault("\"from\" and \"value\" as text in \(place)", turn.kindOfData)
      }
      guard let speaker = speakers[name] else {
        throw fields.fault(
          "one of human, gpt, system, function_call, observation in \(place)", "\"\(name)\"")
      }
      switch speaker {
      case .spoken(let role): messages.append(ConversationMessage(role, text))
      case .call:
        let calls: TemplateValue = .list(try self.calls(try fields.parsed(.string(text), place), fields, place))
        messages.append(
          ConversationMessage(role: .assistant, value: ["role": "assistant", "content": "", "tool_calls": calls]))
      }
    }
    return Conversation(messages: messages, tools: try ToolList.read(fields))
  }

  /// One call or several, as templates see them.
  private static func calls(
    _ value: TemplateValue, _ fields: RecordFields, _ place: String
  ) throws(DataError) -> [TemplateValue] {
    var calls: [TemplateValue] = []
    for call in value.dataList ?? [value] {
      guard let map = call.dataMap, let name = map["name"]?.dataText else {
        throw fields.fault("\"name\" and \"arguments\" of a call in \(place)", call.kindOfData)
      }
      let arguments = try fields.parsed(map["arguments"] ?? map["parameters"] ?? .map(TemplateMap()), place)
      calls.append(["type": "function", "function": ["name": .string(name), "arguments": arguments]])
    }
    return calls
  }
}

/// The tools of a conversation: a list, or the JSON text of one.
enum ToolList {
  static func read(_ fields: RecordFields) throws(DataError) -> TemplateValue {
    guard let value = fields.value("tools") else { return .none }
    if let text = value.dataText, !text.contains(where: { !$0.isWhitespace }) { return .none }
    let tools = try fields.parsed(value, "tools")
    guard let list = tools.dataList else { throw fields.fault("a list in \"tools\"", tools.kindOfData) }
    if list.isEmpty { return .none }
    // Templates expect every description under `function`.
    return .list(
      list.map { tool in
        guard let map = tool.dataMap, map["function"] == nil, map["name"] != nil else { return tool }
        return ["type": "function", "function": tool]
      })
  }
}
