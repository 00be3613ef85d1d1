/// How conversations are written for a model that ships no chat template: what stands around the system message, the
/// user's turns and the assistant's, and what ends an answer.
///
/// A format is data. ``templateSource`` turns it into a Jinja template, so that a prompt is made, masked for training
/// and exported the same way as with a model's own template.
public struct ConversationFormat: Sendable, Hashable {
  /// What a conversation is made of.
  public enum Layout: Sendable, Hashable {
    /// Turns that are written one after the other.
    case turns(TurnLayout)
    /// A Jinja template, for what turns cannot say.
    case template(String)
  }

  /// Who writes the token that begins a sequence.
  public enum Beginning: Sendable, Hashable {
    /// The tokenizer, by its own rule.
    case byTokenizer
    /// The format, or nobody.
    case written
  }

  /// The name to choose it by.
  public let name: String
  /// What a conversation is made of.
  public let layout: Layout
  /// Texts that end an answer and are not part of it.
  public let stopStrings: [String]
  /// Tokens, by their text, that end an answer besides the model's own end token.
  public let stopTokens: [String]
  /// Who writes the token that begins a sequence.
  public let beginning: Beginning

  /// A format with every field given.
  public init(
    name: String, layout: Layout, stopStrings: [String] = [], stopTokens: [String] = [],
    beginning: Beginning = .byTokenizer
  ) {
    self.name = name
    self.layout = layout
    self.stopStrings = stopStrings
    self.stopTokens = stopTokens
    self.beginning = beginning
  }
}
