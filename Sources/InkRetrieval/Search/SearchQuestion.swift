/// One wording that is searched for.
public struct SearchQuestion: Sendable, Hashable {
  /// What the text is.
  public enum Kind: Sendable, Hashable {
    /// A question or keywords.
    case question
    /// A passage such as a document could hold it.
    case passage
  }

  /// The text.
  public var text: String
  /// What the text is.
  public var kind: Kind

  /// A wording.
  public init(_ text: String, kind: Kind = .question) {
    self.text = text
    self.kind = kind
  }
}
