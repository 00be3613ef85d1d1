import InkChat

extension ChatRequestBody {
  func messages(_ messages: [Message]) throws(GenerationError) -> [JSONValue] {
    var values: [JSONValue] = []
    for (index, message) in messages.enumerated() {
      values.append(try value(of: message, context: "message \(index)"))
    }
    return values
  }

  private func value(of message: Message, context: String) throws(GenerationError) -> JSONValue {
    var members = [JSONMember("role", .string(message.role.rawValue))]
    if message.role == .assistant, !message.toolCalls.isEmpty, message.content.text.isEmpty {
      members.append(JSONMember("content", .null))
    } else {
      members.append(JSONMember("content", try content(message.content, context: context)))
    }
    if let name = message.name { members.append(JSONMember("name", .string(name))) }
    if let reasoning = message.reasoning {
      switch dialect {
      case .vLLM, .llamaCpp, .inkstone: members.append(JSONMember("reasoning_content", .string(reasoning)))
      case .openAI: break
      }
    }
    if !message.toolCalls.isEmpty {
      members.append(JSONMember("tool_calls", .array(message.toolCalls.map(Self.value))))
    }
    switch (message.role, message.toolCallIdentifier) {
    case (.tool, let identifier?): members.append(JSONMember("tool_call_id", .string(identifier)))
    case (.tool, nil):
      throw GenerationError(
        code: .invalidInput, context: context, expected: "the identifier of the tool call that it answers",
        found: "none")
    case (.system, _), (.user, _), (.assistant, _): break
    }
    return .object(members)
  }

  private func content(_ content: MessageContent, context: String) throws(GenerationError) -> JSONValue {
    switch content {
    case .text(let text): return .string(text)
    case .parts(let parts):
      return .array(
        parts.map { part in
          switch part {
          case .text(let text): ["type": "text", "text": .string(text)]
          case .image(.address(let address)): ["type": "image_url", "image_url": ["url": .string(address)]]
          case .image(.encoded(let bytes, let mediaType)):
            ["type": "image_url", "image_url": ["url": .string("data:\(mediaType);base64,\(Base64.text(of: bytes))")]]
          }
        })
    }
  }

  private static func value(of call: ToolCall) -> JSONValue {
    // Arguments travel as text; what was not JSON when the model wrote it goes back as it was.
    let arguments: String = if case .string(let text) = call.arguments { text } else { call.arguments.text }
    return [
      "id": .string(call.identifier), "type": "function",
      "function": ["name": .string(call.name), "arguments": .string(arguments)],
    ]
  }
}
