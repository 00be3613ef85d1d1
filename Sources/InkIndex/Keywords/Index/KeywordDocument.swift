/// What a keyword index takes in: a number of the caller's and the words.
public struct KeywordDocument: Sendable, Hashable {
  /// Where the words come from.
  public enum Content: Sendable, Hashable {
    /// A text that the index's analyzer takes apart.
    case text(String)
    /// Terms as they are, repeated as often as they occur.
    case terms([String])
  }

  /// The number that results name; any.
  public var id: Int64
  /// The words.
  public var content: Content

  /// A document.
  public init(id: Int64, content: Content) {
    self.id = id
    self.content = content
  }
}
