/// What is searched for, as terms.
public struct KeywordQuery: Sendable, Hashable {
  /// Terms that count towards the score; a document needs one of them. A repeated one counts as often.
  public var terms: [String]
  /// Terms that a document must hold, each of them. They do not count unless they are among `terms` too.
  public var required: [String]
  /// Terms that a document must not hold.
  public var excluded: [String]

  /// A query.
  public init(terms: [String], required: [String] = [], excluded: [String] = []) {
    self.terms = terms
    self.required = required
    self.excluded = excluded
  }
}
