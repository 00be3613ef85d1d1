/// Words and a tag for each, such as the kinds of names in a sentence.
public struct TaggedWords: Sendable, Hashable {
  /// The words.
  public var words: [String]
  /// A tag for each word.
  public var tags: [ClassName]

  /// Tagged words; there must be as many tags as words.
  public init(words: [String], tags: [ClassName]) {
    self.words = words
    self.tags = tags
  }
}
