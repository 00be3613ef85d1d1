import Foundation
import InkChat

/// A conversation that is put together from messages of Anthropic's form, whose content is blocks of several kinds.
struct AnthropicConversation: Sendable {
  private(set) var messages: [Message] = []
  private var toolNames: [String: String] = [:]

  mutating func add(system: String) {
    messages.append(.system(system))
  }

  /// Adds a message.
  mutating func add(_ message: inout RequestFields) throws(ServerError) {
    guard let role = try message.word("role", of: AnthropicRole.self) else { throw message.missing("role") }
    guard let content = message.value("content") else { throw message.missing("content") }
    switch (content, role) {
    case (.string(let text), .user): messages.append(.user(text))
    case (.string(let text), .assistant): messages.append(.assistant(text))
    case (.array, .user): try addUser(&message)
    case (.array, .assistant): try addAssistant(&message)
    case (.null, _), (.boolean, _), (.integer, _), (.number, _), (.object, _):
      throw message.invalid("content", "a string or an array of blocks", found: content)
    }
  }

  /// Answers of tools are messages of their own here, in the order of the blocks.
  private mutating func addUser(_ message: inout RequestFields) throws(ServerError) {
    var parts: [MessagePart] = []
    var found: [Message] = []
    func flush() {
      guard !parts.isEmpty else { return }
      found.append(Message(role: .user, content: MessageContent(parts)))
      parts = []
    }
    let names = toolNames
    let count = try message.objects("content", atMost: 10_000) { (block) throws(ServerError) -> Void in
      let kind = try block.requiredString("type")
      guard kind == "tool_result" else {
        parts.append(try block.anthropicPart(kind))
        return
      }
      flush()
      let call = try block.requiredString("tool_use_id")
      block.ignore("is_error", "cache_control")
      let content = try block.anthropicContent("content") ?? .text("")
      found.append(Message(role: .tool, content: content, toolCallIdentifier: call, name: names[call]))
    }?.count
    guard count ?? 0 > 0 else { throw message.invalid("content", "a string or an array of at least one block") }
    flush()
    messages += found
  }

  private mutating func addAssistant(_ message: inout RequestFields) throws(ServerError) {
    var text = ""
    var thoughts: String?
    var calls: [ToolCall] = []
    _ = try message.objects("content", atMost: 10_000) { (block) throws(ServerError) -> Void in
      let kind = try block.requiredString("type")
      block.ignore("cache_control", "citations", "signature", "caller")
      switch kind {
      case "text": text += try block.requiredString("text")
      case "thinking": thoughts = (thoughts ?? "") + (try block.requiredString("thinking"))
      // Thoughts that only their maker can read are of no use to another model.
      case "redacted_thinking": block.ignore("data")
      case "tool_use":
        let identifier = try block.requiredString("id")
        let name = try block.requiredString("name")
        guard let input = try block.members("input") else { throw block.missing("input") }
        calls.append(ToolCall(identifier: identifier, name: name, arguments: .object(input)))
      default:
        throw block.unsupported(
          "type", "\"\(kind.prefix(40))\". An assistant's blocks here are text, thinking and tool_use.")
      }
    }
    for call in calls { toolNames[call.identifier] = call.name }
    messages.append(Message(role: .assistant, content: .text(text), reasoning: thoughts, toolCalls: calls))
  }
}

private enum AnthropicRole: String, CaseIterable {
  case user, assistant
}

extension MessageContent {
  /// Plain text where it is nothing else.
  init(_ parts: [MessagePart]) {
    if parts.count == 1, case .text(let text) = parts[0] {
      self = .text(text)
    } else {
      self = .parts(parts)
    }
  }
}

extension RequestFields {
  /// A text, or blocks of text and images.
  fileprivate mutating func anthropicContent(_ name: String) throws(ServerError) -> MessageContent? {
    guard let value = value(name) else { return nil }
    if case .string(let text) = value { return .text(text) }
    let parts = try objects(name, atMost: 10_000) { (block) throws(ServerError) in
      try block.anthropicPart(try block.requiredString("type"))
    }
    return MessageContent(parts ?? [])
  }

  fileprivate mutating func anthropicPart(_ kind: String) throws(ServerError) -> MessagePart {
    ignore("cache_control", "citations")
    switch kind {
    case "text": return .text(try requiredString("text"))
    case "image":
      let image = try object("source") { (source) throws(ServerError) -> ImageSource in
        let kind = try source.requiredString("type")
        guard kind == "base64" else {
          throw source.unsupported("type", "this server fetches no images; send them in \"base64\".")
        }
        let mediaType = try source.requiredString("media_type")
        guard mediaType.hasPrefix("image/") else { throw source.invalid("media_type", "the type of an image") }
        guard let bytes = Data(base64Encoded: try source.requiredString("data")), !bytes.isEmpty else {
          throw source.invalid("data", "valid base64")
        }
        return .encoded(bytes: [UInt8](bytes), mediaType: mediaType)
      }
      guard let image else { throw missing("source") }
      return .image(image)
    default:
      throw unsupported(
        "type", "\"\(kind.prefix(40))\". Blocks here are text, image, tool_use, tool_result and thinking.")
    }
  }
}
