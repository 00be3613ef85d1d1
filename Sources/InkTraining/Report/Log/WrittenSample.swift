/// What a model wrote during a run.
public struct WrittenSample: Sendable, Hashable, Codable {
  /// What it was given.
  public let prompt: String
  /// What it wrote.
  public let text: String
  /// Steps that were done before, where that is noted.
  public let step: Int?

  /// A sample from its parts.
  public init(prompt: String, text: String, step: Int? = nil) {
    self.prompt = prompt
    self.text = text
    self.step = step
  }
}
