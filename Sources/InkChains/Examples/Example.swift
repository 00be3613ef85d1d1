/// A question and its answer, shown to a model so that it answers likewise.
public struct Example: Sendable, Hashable, Codable {
  /// What is asked.
  public var input: String
  /// What is answered.
  public var output: String

  /// An example.
  public init(input: String, output: String) {
    self.input = input
    self.output = output
  }
}
