/// A document that the model is given along with the conversation, for templates that have a place for documents.
public struct PromptDocument: Sendable, Hashable {
  /// What the template may read, in order; most templates read `title` and `text`.
  public var members: [JSONMember]

  /// A document with every member given.
  public init(members: [JSONMember]) { self.members = members }

  /// A document as most templates expect it.
  public init(title: String, text: String) {
    members = [JSONMember("title", .string(title)), JSONMember("text", .string(text))]
  }
}
