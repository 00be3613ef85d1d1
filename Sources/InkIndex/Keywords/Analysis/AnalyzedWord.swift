/// A term of a text, with the place that it stands at.
public struct AnalyzedWord: Sendable, Hashable {
  /// What is indexed and searched: folded, stemmed or cut out of a run of Han characters.
  public var term: String
  /// The bytes of the text, in UTF-8, that it was made from.
  public var range: Range<Int>

  /// A term at a place.
  public init(term: String, range: Range<Int>) {
    self.term = term
    self.range = range
  }
}
