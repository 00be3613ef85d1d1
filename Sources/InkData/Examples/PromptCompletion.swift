/// A beginning and how it goes on, as plain text.
public struct PromptCompletion: Sendable, Hashable {
  /// What is given.
  public var prompt: String
  /// What is learned.
  public var completion: String

  /// A prompt with its completion.
  public init(prompt: String, completion: String) {
    self.prompt = prompt
    self.completion = completion
  }
}
