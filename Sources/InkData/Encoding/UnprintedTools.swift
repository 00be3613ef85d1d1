internal import InkTokenizers

/// What becomes of a conversation whose tools, or calls of them, the chat template does not print.
public enum UnprintedTools: String, Sendable, Hashable, CaseIterable {
  /// It is an error: answers that call tools are not learned from a text that lacks these.
  case refuse
  /// They are left out, and the rest is learned.
  case drop
}

extension ChatEncoder {
  /// Fails where the template prints a conversation as it prints it without its tools, or without the calls of them.
  ///
  /// - Throws: `unsupported`, with the place of the record.
  func requirePrinted(_ conversation: Conversation, origin: RecordOrigin) throws(DataError) {
    if conversation.tools.isFilled {
      var without = conversation
      without.tools = .none
      if isPrintedAlike(conversation, without) { throw unprinted("tools", origin) }
    }
    guard let index = conversation.messages.firstIndex(where: \.callsTools) else { return }
    var without = conversation
    without.messages = conversation.messages.map(\.withoutCalls)
    if isPrintedAlike(conversation, without) { throw unprinted("message \(index): tool_calls", origin) }
  }

  /// What a template refuses is no silent loss, and is said where the conversation is rendered.
  private func isPrintedAlike(_ one: Conversation, _ other: Conversation) -> Bool {
    guard let text = try? rendered(one), let rest = try? rendered(other) else { return false }
    return text == rest
  }

  private func unprinted(_ part: String, _ origin: RecordOrigin) -> DataError {
    DataError(
      .unsupported, context: "\(origin), \(part)", expected: "a chat template that prints them",
      found: "one that prints the conversation as if they were not there",
      hint: "Name a template for tools under chat.template, or leave them out by chat: {unprinted_tools: drop}.")
  }
}

extension ConversationMessage {
  private static let calls = TemplateValue.string("tool_calls")

  fileprivate var callsTools: Bool {
    guard case .map(let fields) = value else { return false }
    return fields[Self.calls]?.isFilled ?? false
  }

  /// The same without what it calls.
  fileprivate var withoutCalls: ConversationMessage {
    guard case .map(let fields) = value else { return self }
    var rest = TemplateMap()
    for entry in fields.entries where entry.key != Self.calls { rest[entry.key] = entry.value }
    var message = self
    message.value = .map(rest)
    return message
  }
}

extension TemplateValue {
  /// Whether there is something in it.
  fileprivate var isFilled: Bool {
    switch self {
    case .list(let elements), .tuple(let elements): !elements.isEmpty
    case .map(let fields): !fields.isEmpty
    case .string(let text): !text.isEmpty
    case .undefined, .none, .bool, .int, .double, .runtime: false
    }
  }
}
