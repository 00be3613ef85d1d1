/// Words that are left out of the index and of queries.
public enum StopWords: Sendable, Hashable {
  /// Every word counts. BM25 gives frequent words little weight by itself.
  case none
  /// The most frequent words of English and Chinese that carry no topic, and these besides.
  case frequent(also: Set<String> = [])
  /// Only these, as they are written in texts (they are folded and stemmed like the texts).
  case only(Set<String>)
}
