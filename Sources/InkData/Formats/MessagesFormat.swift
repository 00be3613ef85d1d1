internal import InkTokenizers

/// Messages as OpenAI's API has them.
enum MessagesFormat {
  private static let roles: [String: ConversationMessage.Role] = [
    "system": .system, "developer": .system, "user": .user, "assistant": .assistant, "tool": .tool, "function": .tool,
  ]

  static func conversation(_ fields: RecordFields) throws(DataError) -> Conversation {
    let messages = try self.messages(try fields.list("messages"), fields, "messages")
    return Conversation(messages: messages, tools: try ToolList.read(fields))
  }

  static func messages(
    _ list: [TemplateValue], _ fields: RecordFields, _ name: String
  ) throws(DataError) -> [ConversationMessage] {
    if list.isEmpty { throw fields.fault("at least one message in \"\(name)\"", "an empty list") }
    var messages: [ConversationMessage] = []
    for (index, value) in list.enumerated() { messages.append(try message(value, fields, "\(name)[\(index)]")) }
    return messages
  }

  private static func message(
    _ value: TemplateValue, _ fields: RecordFields, _ place: String
  ) throws(DataError) -> ConversationMessage {
    guard let given = value.dataMap, let roleName = given["role"]?.dataText else {
      throw fields.fault("an object with \"role\" in \(place)", value.kindOfData)
    }
    guard let role = roles[roleName] else {
      throw fields.fault("one of \(roles.keys.sorted().joined(separator: ", ")) in \(place)", "\"\(roleName)\"")
    }
    var weight = 1.0
    var message: TemplateMap = ["role": .string(role.rawValue), "content": .string("")]
    for entry in given.entries {
      guard let key = entry.key.dataText else { continue }
      switch key {
      case "role": break
      case "weight":
        guard let number = entry.value.dataNumber, number >= 0 else {
          throw fields.fault("a weight of at least 0 in \(place)", entry.value.kindOfData)
        }
        weight = number
      case "content": message["content"] = try content(entry.value, fields, place)
      case "tool_calls": message["tool_calls"] = try calls(entry.value, fields, place)
      default: message[key] = entry.value
      }
    }
    return ConversationMessage(role: role, value: .map(message), weight: weight)
  }

  /// Text as it is; parts of text are joined, since most templates know text only; null is no text.
  private static func content(
    _ value: TemplateValue, _ fields: RecordFields, _ place: String
  ) throws(DataError) -> TemplateValue {
    if value.dataText != nil { return value }
    if case .none = value { return .string("") }
    guard let parts = value.dataList else { throw fields.fault("text or parts in \(place)", value.kindOfData) }
    var text = ""
    for part in parts {
      guard let piece = part.dataMap?["text"]?.dataText else {
        throw DataError(
          .unsupported, context: "\(fields.origin), \(place)", expected: "parts of text",
          found: part.dataMap?["type"]?.dataText ?? part.kindOfData)
      }
      text += piece
    }
    return .string(text)
  }

  /// Calls with their arguments as values: the API has them as JSON text, templates print them as JSON again.
  private static func calls(
    _ value: TemplateValue, _ fields: RecordFields, _ place: String
  ) throws(DataError) -> TemplateValue {
    guard let list = value.dataList else { throw fields.fault("a list of calls in \(place)", value.kindOfData) }
    var calls: [TemplateValue] = []
    for call in list {
      guard var map = call.dataMap, var function = map["function"]?.dataMap, function["name"]?.dataText != nil else {
        throw fields.fault("a \"function\" with a name in the calls of \(place)", call.kindOfData)
      }
      if let arguments = function["arguments"] { function["arguments"] = try fields.parsed(arguments, place) }
      map["function"] = .map(function)
      calls.append(.map(map))
    }
    return .list(calls)
  }
}
