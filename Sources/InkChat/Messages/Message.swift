/// One message of a conversation.
public struct Message: Sendable, Hashable {
  /// Who speaks.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    case system, user, assistant, tool
  }

  /// Who speaks.
  public var role: Role
  /// What is said.
  public var content: MessageContent
  /// What the assistant thought before it spoke, where the model tells it apart; most templates leave it out of older
  /// turns.
  public var reasoning: String?
  /// Calls that the assistant asks for; empty in every other role.
  public var toolCalls: [ToolCall]
  /// For role `tool`: the identifier of the call that this message answers.
  public var toolCallIdentifier: String?
  /// For role `tool` the tool's name, for other roles the speaker's name, where the template uses one.
  public var name: String?

  /// A message with every field given.
  public init(
    role: Role, content: MessageContent, reasoning: String? = nil, toolCalls: [ToolCall] = [],
    toolCallIdentifier: String? = nil, name: String? = nil
  ) {
    self.role = role
    self.content = content
    self.reasoning = reasoning
    self.toolCalls = toolCalls
    self.toolCallIdentifier = toolCallIdentifier
    self.name = name
  }

  /// A system message.
  public static func system(_ text: String) -> Message { Message(role: .system, content: .text(text)) }

  /// A user's message.
  public static func user(_ text: String) -> Message { Message(role: .user, content: .text(text)) }

  /// An assistant's message, with the tool calls it made.
  public static func assistant(_ text: String, toolCalls: [ToolCall] = []) -> Message {
    Message(role: .assistant, content: .text(text), toolCalls: toolCalls)
  }

  /// A tool's answer to the call with that identifier.
  public static func tool(_ text: String, answering call: ToolCall) -> Message {
    Message(role: .tool, content: .text(text), toolCallIdentifier: call.identifier, name: call.name)
  }
}
