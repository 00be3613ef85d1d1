/// Two answers to the same prompt, of which one is better.
public struct Preference: Sendable, Hashable {
  /// The two sides in one of the forms of data sets.
  public enum Sides: Sendable, Hashable {
    /// Plain text behind a prompt, which is empty where the data set repeats it in both answers.
    case texts(prompt: String, chosen: String, rejected: String)
    /// Whole conversations.
    case conversations(chosen: Conversation, rejected: Conversation)
  }

  /// The two sides.
  public var sides: Sides

  /// A preference.
  public init(_ sides: Sides) { self.sides = sides }
}
