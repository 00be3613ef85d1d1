/// A token that is found in the text before anything else looks at it.
public struct AddedToken: Sendable, Equatable {
  /// Its id.
  public var id: TokenID
  /// The text that stands for it.
  public var content: String
  /// What kind of token it is.
  public var kind: Kind
  /// Where it may stand.
  public var placement: Placement
  /// The white space that it takes with it.
  public var stripping: Stripping
  /// The text in which it is looked for.
  public var matching: Matching

  /// Control tokens can be kept out of the text on both ways; ordinary ones always count as text.
  public enum Kind: Sendable { case ordinary, special }
  /// Anywhere, only where no letter, mark, number or underscore touches it, or only where white space does.
  public enum Placement: Sendable { case anywhere, betweenWords, betweenSpaces }
  /// The text as given, or the text after the normalizer.
  public enum Matching: Sendable { case givenText, normalizedText }

  /// The sides on which neighbouring white space belongs to the token.
  public struct Stripping: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// White space before the token.
    public static let left = Stripping(rawValue: 1)
    /// White space after the token.
    public static let right = Stripping(rawValue: 2)
  }

  /// A token; the defaults are those of control tokens in published vocabularies.
  public init(
    id: TokenID, content: String, kind: Kind = .special, placement: Placement = .anywhere,
    stripping: Stripping = [], matching: Matching = .givenText
  ) {
    self.id = id
    self.content = content
    self.kind = kind
    self.placement = placement
    self.stripping = stripping
    self.matching = matching
  }
}
