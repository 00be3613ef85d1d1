public import InkTokenizers

/// One message of a conversation.
public struct ConversationMessage: Sendable, Hashable {
  /// Who speaks.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    case system, user, assistant, tool
  }

  /// Who speaks.
  public var role: Role
  /// The message as templates see it: a map with `role`, `content` and what else there is.
  public var value: TemplateValue
  /// How much the loss of this message counts; it matters for the assistant's messages only.
  public var weight: Double

  /// A message as templates see it.
  public init(role: Role, value: TemplateValue, weight: Double = 1) {
    self.role = role
    self.value = value
    self.weight = weight
  }

  /// A message of text.
  public init(_ role: Role, _ text: String, weight: Double = 1) {
    self.init(role: role, value: ["role": .string(role.rawValue), "content": .string(text)], weight: weight)
  }
}
