public import InkChat

/// A part of a chat prompt.
public enum ChatPromptPart<Input: Sendable>: Sendable {
  /// One message of a role whose text is a template.
  case message(Message.Role, String)
  /// Messages taken from the input: a history, a remembered summary.
  case messages(@Sendable (Input) -> [Message])
  /// Examples that fit the input, each as a message of the user and an answer of the assistant.
  case examples(any ExampleSelector, query: @Sendable (Input) -> String)
}

extension ChatPromptPart {
  /// A system message.
  public static func system(_ template: String) -> Self { .message(.system, template) }
  /// A message of the user.
  public static func user(_ template: String) -> Self { .message(.user, template) }
  /// A message of the assistant.
  public static func assistant(_ template: String) -> Self { .message(.assistant, template) }
}
