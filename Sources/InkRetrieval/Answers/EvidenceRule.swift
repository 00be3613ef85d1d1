/// When passages count as being about a question at all; where none does, nothing was found.
///
/// A search always gives its best results, also for a question that no document answers. Two measures tell the two apart,
/// and one of them is enough: how much of what is asked about stands in a passage, and how much nearer its meaning comes
/// to the question than texts that have nothing to do with anything. Cosines of one encoder lie between 0.7 and 0.95 and
/// those of another between 0 and 0.6, so the nearness is measured from that floor to 1, not from 0.
///
/// Before both, a question that names something (a word in capitals) which no passage does is answered by none of them, as
/// long as some are in its language.
///
/// The defaults were chosen on 41 questions about 32 small documents in Chinese and English and 60 questions of a Chinese
/// FAQ, with questions about other things: they keep 97 of the 101, and refuse 37 of 41 that the small documents do not answer,
/// all that belong to the other collection. On a base of 1,400 pieces, where some page has nearly every word, they refuse 48 of 55.
/// These were counted before names were looked at, which refuses more.
public struct EvidenceRule: Sendable, Hashable {
  /// The share of the question's words that is enough, a word that few passages hold counting more.
  public var words: Double
  /// The nearness that is enough: 0 for a text about anything else, 1 for the question itself.
  public var nearness: Double

  /// A rule.
  public init(words: Double = 0.35, nearness: Double = 0.4) {
    self.words = words
    self.nearness = nearness
  }
}
