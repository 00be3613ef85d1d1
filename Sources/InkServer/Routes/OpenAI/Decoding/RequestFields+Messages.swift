import InkChat

extension RequestFields {
  /// `messages`, in OpenAI's form.
  mutating func messages() throws(ServerError) -> [Message] {
    let messages = try objects("messages", atMost: 100_000) { (message) throws(ServerError) in try message.message() }
    guard var messages else { throw missing("messages") }
    guard !messages.isEmpty else { throw invalid("messages", "an array of at least one message") }
    messages.nameToolAnswers()
    return messages
  }

  private mutating func message() throws(ServerError) -> Message {
    guard let role = try word("role", of: MessageRole.self) else { throw missing("role") }
    let content = try messageContent("content")
    let name = try string("name")
    switch role {
    case .system, .developer:
      guard let content else { throw missing("content") }
      return Message(role: .system, content: content, name: name)
    case .user:
      guard let content else { throw missing("content") }
      return Message(role: .user, content: content, name: name)
    case .tool:
      guard let content else { throw missing("content") }
      return Message(
        role: .tool, content: content, toolCallIdentifier: try requiredString("tool_call_id"), name: name)
    case .assistant:
      let calls = try objects("tool_calls", atMost: 1024) { (call) throws(ServerError) in try call.toolCall() } ?? []
      let refusal = try string("refusal")
      ignore("audio", "annotations", "function_call")
      // Two names are in use for what a model thought.
      let thoughts = try string("reasoning_content")
      let reasoning = try string("reasoning") ?? thoughts
      guard content != nil || refusal != nil || !calls.isEmpty || reasoning != nil else { throw missing("content") }
      return Message(
        role: .assistant, content: content ?? .text(refusal ?? ""), reasoning: reasoning, toolCalls: calls, name: name)
    }
  }

  private mutating func toolCall() throws(ServerError) -> ToolCall {
    ignore("index")
    guard try string("type") ?? "function" == "function" else { throw invalid("type", "\"function\"") }
    let identifier = try requiredString("id")
    let call = try object("function") { (function) throws(ServerError) -> ToolCall in
      let name = try function.requiredString("name")
      let arguments: JSONValue
      switch function.value("arguments") {
      case nil: arguments = .object([])
      case .string(let text)?:
        // A model's slip in an earlier turn is part of the conversation: what is no JSON stays text.
        arguments = (try? JSONValue(parsing: text, limits: JSONLimits(depth: 64, values: 100_000))) ?? .string(text)
      case let value?: arguments = value
      }
      return ToolCall(identifier: identifier, name: name, arguments: arguments)
    }
    guard let call else { throw missing("function") }
    return call
  }

  /// A message's text, or its parts.
  mutating func messageContent(_ name: String) throws(ServerError) -> MessageContent? {
    guard let value = value(name) else { return nil }
    switch value {
    case .string(let text): return .text(text)
    case .array:
      let parts = try objects(name, atMost: 10_000) { (part) throws(ServerError) in try part.part() } ?? []
      guard !parts.isEmpty else { throw invalid(name, "a string or an array of at least one part") }
      return .parts(parts)
    case .null, .boolean, .integer, .number, .object:
      throw invalid(name, "a string or an array of parts", found: value)
    }
  }

  private mutating func part() throws(ServerError) -> MessagePart {
    guard let kind = try string("type") else { throw missing("type") }
    switch kind {
    case "text": return .text(try requiredString("text"))
    case "refusal": return .text(try requiredString("refusal"))
    case "image_url":
      guard let value = value("image_url") else { throw missing("image_url") }
      if case .string(let address) = value { return .image(try ImageSource(address: address, in: self, "image_url")) }
      let image = try object("image_url") { (image) throws(ServerError) -> ImageSource in
        image.ignore("detail")
        return try ImageSource(address: try image.requiredString("url"), in: image, "url")
      }
      guard let image else { throw missing("image_url") }
      return .image(image)
    case "input_audio", "file", "video_url": throw unsupported("type", "models here read text and images.")
    default: throw invalid("type", "\"text\" or \"image_url\"", found: .string(kind))
    }
  }
}

private enum MessageRole: String, CaseIterable {
  case system, developer, user, assistant, tool
}

extension [Message] {
  /// Gives each tool's answer the name of the tool, which some templates want and OpenAI's form leaves to the call.
  fileprivate mutating func nameToolAnswers() {
    var names: [String: String] = [:]
    for index in indices {
      for call in self[index].toolCalls { names[call.identifier] = call.name }
      guard self[index].role == .tool, self[index].name == nil else { continue }
      self[index].name = self[index].toolCallIdentifier.flatMap { names[$0] }
    }
  }
}
