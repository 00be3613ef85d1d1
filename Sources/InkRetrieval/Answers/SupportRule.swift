/// When a sentence of an answer counts as supported by a sentence of a source.
///
/// Two measures, both between 0 and 1: the share of the sentence's words that stand in the source's sentence, and the
/// cosine of the two sentences' vectors. A sentence is supported when its words are there, or when enough of them are
/// and the meaning is near. Numbers and names are never paraphrased: one that the source does not hold refuses the
/// support, and so does a clause that denies what the source's clause of the same words affirms, or the other way round.
public struct SupportRule: Sendable, Hashable {
  /// The share of words that is enough by itself.
  public var words: Double
  /// The share of words that is needed beside a near meaning.
  public var wordsBesideMeaning: Double
  /// The cosine that is a near meaning.
  public var meaning: Double
  /// The most neighbouring sentences of a source that are read as one.
  public var span: Int

  /// A rule.
  public init(words: Double = 0.7, wordsBesideMeaning: Double = 0.5, meaning: Double = 0.85, span: Int = 3) {
    self.words = words
    self.wordsBesideMeaning = wordsBesideMeaning
    self.meaning = meaning
    self.span = span
  }
}
