/// Takes texts apart into the terms that a keyword index holds.
///
/// Texts are normalized (NFKC, case folded). Latin words are stemmed (English Snowball), identifiers count whole and in
/// parts, runs of Han characters are cut by a dictionary where one is given and into overlapping pairs where none is;
/// kana and hangul are cut into pairs. The same analyzer must take apart documents and queries.
public struct TextAnalyzer: Sendable {
  /// How runs of Han characters become terms.
  public enum HanCutting: Sendable {
    /// Overlapping pairs of characters, and in documents the single characters too.
    case pairs
    /// Words of a dictionary, and the shorter words inside them.
    case words(WordDictionary)
  }

  /// How Latin words are reduced.
  public enum Stemming: Sendable, Hashable {
    /// Words stay as they are folded.
    case none
    /// Snowball's English stemmer (Porter2).
    case english
  }

  /// How runs of Han characters become terms.
  public let hanCutting: HanCutting
  /// How Latin words are reduced.
  public let stemming: Stemming
  /// What is left out.
  public let stopWords: StopWords

  /// An analyzer.
  public init(hanCutting: HanCutting = .pairs, stemming: Stemming = .english, stopWords: StopWords = .none) {
    self.hanCutting = hanCutting
    self.stemming = stemming
    self.stopWords = stopWords
  }

  /// The terms of a document with their places, in the order of the text; several may overlap.
  public func words(of text: String) -> [AnalyzedWord] {
    let bytes = Array(text.utf8)
    var words: [AnalyzedWord] = []
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] >= 0x80 || isWord(bytes[end]) { end += 1 }
      if end > start {
        words.append(
          AnalyzedWord(term: String(decoding: bytes[start..<end], as: UTF8.self).lowercased(), range: start..<end))
      }
      start = end + 1
    }
    return words
  }

  private func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// The terms of a document, repeated as often as they occur.
  public func terms(of text: String) -> [String] { words(of: text).map(\.term) }

  /// What a person typed, as a query.
  public func query(_ text: String) -> KeywordQuery { KeywordQuery(terms: terms(of: text)) }

  /// Where a text holds words of a query: ranges of bytes in order that neither overlap nor touch, to be highlighted.
  public func matches(of query: KeywordQuery, in text: String) -> [Range<Int>] {
    let wanted = Set(query.terms).union(query.required)
    var ranges: [Range<Int>] = []
    for word in words(of: text) where wanted.contains(word.term) { ranges.append(word.range) }
    return ranges
  }

  /// Names everything that decides which terms a text has; a stored index can only be searched by an analyzer of the
  /// same identity.
  public var identity: String { "words-1" }
}
