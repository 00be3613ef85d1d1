/// What one record says, in the terms of what is trained.
public enum Example: Sendable, Hashable {
  /// A document to continue, to fill in or to restore.
  case text(String)
  /// A conversation of which the assistant's part is learned.
  case conversation(Conversation)
  /// A beginning and how it goes on, as plain text.
  case completion(PromptCompletion)
  /// A text, or a pair of texts, and its class or score.
  case labelled(LabelledText)
  /// Words and a tag for each.
  case tagged(TaggedWords)
  /// Texts that belong together or do not.
  case related(RelatedTexts)
  /// Two answers of which one is better.
  case preference(Preference)

  /// What the example is, for messages.
  var kind: String {
    switch self {
    case .text: "a text"
    case .conversation: "a conversation"
    case .completion: "a prompt with its completion"
    case .labelled: "a labelled text"
    case .tagged: "tagged words"
    case .related: "related texts"
    case .preference: "a preference"
    }
  }
}
