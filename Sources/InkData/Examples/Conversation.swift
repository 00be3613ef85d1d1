public import InkTokenizers

/// A conversation as a chat template sees it.
public struct Conversation: Sendable, Hashable {
  /// The messages in their order.
  public var messages: [ConversationMessage]
  /// A list of tool descriptions, or `.none`.
  public var tools: TemplateValue

  /// A conversation.
  public init(messages: [ConversationMessage], tools: TemplateValue = .none) {
    self.messages = messages
    self.tools = tools
  }
}
