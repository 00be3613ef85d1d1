/// A prompt template that a server of the Model Context Protocol offers.
public struct ContextPrompt: Sendable {
  /// Names the prompt.
  public var name: String
  /// What it is for.
  public var description: String
  /// The template, one message of the user; its holes are the prompt's arguments, all of which are required.
  public var template: PromptTemplate

  /// A prompt.
  public init(name: String, description: String, template: PromptTemplate) {
    self.name = name
    self.description = description
    self.template = template
  }
}
