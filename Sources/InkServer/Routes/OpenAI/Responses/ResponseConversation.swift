import InkChat

/// A conversation that is put together from the items of `/v1/responses`, in their order.
///
/// A turn of the assistant is several items there (what it thought, what it said, its calls) and one message here.
struct ResponseConversation: Sendable {
  /// What the model is given.
  private(set) var messages: [Message] = []
  /// The items as they are kept, each with an identifier.
  private(set) var items: [JSONValue] = []
  private let identifiers: IdentifierSource
  private var known: Set<String> = []
  private var toolNames: [String: String] = [:]
  /// What the assistant thought, until it is known with which message that goes.
  private var thoughts: String?

  init(_ identifiers: IdentifierSource) {
    self.identifiers = identifiers
  }

  /// Puts text for the model in front of what follows.
  mutating func add(instructions: String) {
    messages.append(.system(instructions))
  }

  /// Adds what a user says.
  mutating func add(text: String) {
    messages.append(.user(text))
    keep("msg_", nil, Self.message("user", [["type": "input_text", "text": .string(text)]]))
  }

  /// Adds an item.
  mutating func add(_ item: inout RequestFields) throws(ServerError) {
    guard let kind = try item.string("type") ?? (item.names.contains("role") ? "message" : nil) else {
      throw item.missing("type")
    }
    switch kind {
    case "message": try addMessage(&item)
    case "function_call": try addCall(&item)
    case "function_call_output": try addCallOutput(&item)
    case "reasoning": try addReasoning(&item)
    case "item_reference":
      let identifier = try item.requiredString("id")
      // What came before is part of the conversation already.
      guard known.contains(identifier) else {
        throw item.invalid("id", "the identifier of an item of the conversation", found: .string(identifier))
      }
    default:
      throw item.unsupported(
        "type", "\"\(kind.prefix(40))\". Items here are message, function_call, function_call_output and reasoning.")
    }
  }

  private mutating func addMessage(_ item: inout RequestFields) throws(ServerError) {
    guard let role = try item.word("role", of: ItemRole.self) else { throw item.missing("role") }
    item.ignore("status", "phase")
    let identifier = try item.string("id")
    guard let value = item.value("content") else { throw item.missing("content") }
    let content: MessageContent
    let kept: [JSONValue]
    if case .string(let text) = value {
      content = .text(text)
      kept = [["type": role == .assistant ? "output_text" : "input_text", "text": .string(text)]]
    } else {
      let parts =
        try item.objects("content", atMost: 10_000) { (part) throws(ServerError) in try part.itemPart() } ?? []
      content = parts.count == 1 ? parts[0].messageContent : .parts(parts)
      guard case .array(let values) = value else { throw item.invalid("content", "a string or an array of parts") }
      kept = values
    }
    switch role {
    case .user: add(Message(role: .user, content: content))
    case .system, .developer: add(Message(role: .system, content: content))
    case .assistant:
      messages.append(Message(role: .assistant, content: content, reasoning: takeThoughts()))
    }
    keep("msg_", identifier, Self.message(role.rawValue, kept))
  }

  private mutating func addCall(_ item: inout RequestFields) throws(ServerError) {
    item.ignore("status")
    let identifier = try item.string("id")
    let call = ToolCall(
      identifier: try item.requiredString("call_id"), name: try item.requiredString("name"),
      arguments: Self.arguments(try item.requiredString("arguments")))
    toolNames[call.identifier] = call.name
    // A call belongs to what the assistant said or called just before, unless it thought anew in between.
    if let last = messages.last, last.role == .assistant, thoughts == nil {
      messages[messages.count - 1].toolCalls.append(call)
    } else {
      messages.append(
        Message(role: .assistant, content: .text(""), reasoning: takeThoughts(), toolCalls: [call]))
    }
    keep(
      "fc_", identifier,
      [
        JSONMember("type", "function_call"), JSONMember("status", "completed"),
        JSONMember("call_id", .string(call.identifier)), JSONMember("name", .string(call.name)),
        JSONMember("arguments", .string(call.argumentsText)),
      ])
  }

  private mutating func addCallOutput(_ item: inout RequestFields) throws(ServerError) {
    item.ignore("status")
    let identifier = try item.string("id")
    let call = try item.requiredString("call_id")
    guard let output = item.value("output") else { throw item.missing("output") }
    let content: MessageContent
    if case .string(let text) = output {
      content = .text(text)
    } else {
      let parts = try item.objects("output", atMost: 10_000) { (part) throws(ServerError) in try part.itemPart() } ?? []
      content = parts.count == 1 ? parts[0].messageContent : .parts(parts)
    }
    add(Message(role: .tool, content: content, toolCallIdentifier: call, name: toolNames[call]))
    keep(
      "fco_", identifier,
      [
        JSONMember("type", "function_call_output"), JSONMember("status", "completed"),
        JSONMember("call_id", .string(call)), JSONMember("output", output),
      ])
  }

  private mutating func addReasoning(_ item: inout RequestFields) throws(ServerError) {
    item.ignore("status", "encrypted_content")
    let identifier = try item.string("id")
    let content = try item.thoughts("content", type: "reasoning_text")
    let summary = try item.thoughts("summary", type: "summary_text")
    let text = content.isEmpty ? summary : content
    if !text.isEmpty { thoughts = (thoughts ?? "") + text.joined(separator: "\n") }
    keep(
      "rs_", identifier,
      [
        JSONMember("type", "reasoning"),
        JSONMember("summary", .array(summary.map { ["type": "summary_text", "text": .string($0)] })),
        JSONMember("content", .array(content.map { ["type": "reasoning_text", "text": .string($0)] })),
      ])
  }

  /// Adds a message of somebody else: what the assistant thought before goes with none of its own.
  private mutating func add(_ message: Message) {
    thoughts = nil
    messages.append(message)
  }

  private mutating func takeThoughts() -> String? {
    defer { thoughts = nil }
    return thoughts
  }

  private mutating func keep(_ prefix: String, _ identifier: String?, _ members: [JSONMember]) {
    let identifier = identifier ?? identifiers.make(prefix)
    known.insert(identifier)
    items.append(.object([JSONMember("id", .string(identifier))] + members))
  }

  private static func message(_ role: String, _ content: [JSONValue]) -> [JSONMember] {
    [
      JSONMember("type", "message"), JSONMember("status", "completed"), JSONMember("role", .string(role)),
      JSONMember("content", .array(content)),
    ]
  }

  /// A model's slip in an earlier turn is part of the conversation: what is no JSON stays text.
  private static func arguments(_ text: String) -> JSONValue {
    (try? JSONValue(parsing: text, limits: JSONLimits(depth: 64, values: 100_000))) ?? .string(text)
  }
}

private enum ItemRole: String, CaseIterable {
  case user, assistant, system, developer
}

extension MessagePart {
  fileprivate var messageContent: MessageContent {
    switch self {
    case .text(let text): .text(text)
    case .image: .parts([self])
    }
  }
}

extension RequestFields {
  /// A part of an item's content.
  fileprivate mutating func itemPart() throws(ServerError) -> MessagePart {
    guard let kind = try string("type") else { throw missing("type") }
    switch kind {
    case "input_text", "output_text", "text", "summary_text", "reasoning_text":
      ignore("annotations", "logprobs")
      return .text(try requiredString("text"))
    case "refusal": return .text(try requiredString("refusal"))
    case "input_image":
      ignore("detail")
      guard value("file_id") == nil else {
        throw unsupported("file_id", "send the image itself as \"image_url\": \"data:image/png;base64,…\".")
      }
      return .image(try ImageSource(address: try requiredString("image_url"), in: self, "image_url"))
    case "input_file", "input_audio": throw unsupported("type", "models here read text and images.")
    default:
      throw invalid("type", "\"input_text\", \"output_text\", \"refusal\" or \"input_image\"", found: .string(kind))
    }
  }

  /// The texts of a list of parts, which may be absent.
  fileprivate mutating func thoughts(_ name: String, type: String) throws(ServerError) -> [String] {
    let texts = try objects(name, atMost: 10_000) { (part) throws(ServerError) -> String in
      guard try part.string("type") ?? type == type else { throw part.invalid("type", "\"\(type)\"") }
      return try part.requiredString("text")
    }
    return texts ?? []
  }
}
