/// Takes texts apart into the terms that a keyword index holds.
///
/// Texts are folded (NFKC, full case folding). Latin words are stemmed; identifiers such as `snake_case` and `camelCase`
/// count whole and in parts; numbers lose the commas between groups of digits. Runs of Han characters are cut by a
/// dictionary where one is given and into overlapping pairs where none is; kana, hangul and scripts without spaces are
/// cut into pairs. Emoji are terms. The same analyzer takes apart documents and queries.
public struct TextAnalyzer: Sendable {
  /// How runs of Han characters become terms.
  public enum HanCutting: Sendable {
    /// Overlapping pairs of characters, and in documents the single characters too.
    case pairs
    /// Words of a dictionary, and the shorter words of two and three characters inside them.
    case words(WordDictionary)
  }

  /// How words in letters are reduced.
  public enum Stemming: String, Sendable, Hashable {
    /// Words stay as they are folded.
    case none
    /// Snowball's English stemmer (Porter2).
    case english
  }

  /// How runs of Han characters become terms.
  public let hanCutting: HanCutting
  /// How words in letters are reduced.
  public let stemming: Stemming
  /// What is left out.
  public let stopWords: StopWords
  /// The terms that are left out.
  let stopTerms: Set<String>
  /// Names everything that decides which terms a text has. A stored index can only be opened with an analyzer of the same
  /// identity.
  public let identity: String

  /// An analyzer.
  public init(hanCutting: HanCutting = .pairs, stemming: Stemming = .english, stopWords: StopWords = .none) {
    self.hanCutting = hanCutting
    self.stemming = stemming
    self.stopWords = stopWords
    let words: [String] =
      switch stopWords {
      case .none: []
      case .frequent(let also): StopWordLists.english + StopWordLists.chinese + also
      case .only(let words): Array(words)
      }
    stopTerms = TextAnalyzer.terms(ofStopWords: words, hanCutting, stemming)
    identity = TextAnalyzer.identity(hanCutting, stemming, stopTerms)
  }

  private init(withoutStopWords hanCutting: HanCutting, _ stemming: Stemming) {
    self.hanCutting = hanCutting
    self.stemming = stemming
    stopWords = .none
    stopTerms = []
    identity = ""
  }

  /// Stop words go through the analyzer like the texts. One that becomes several terms is left out: its parts may be
  /// words of their own.
  private static func terms(ofStopWords words: [String], _ hanCutting: HanCutting, _ stemming: Stemming) -> Set<String>
  {
    guard !words.isEmpty else { return [] }
    let plain = TextAnalyzer(withoutStopWords: hanCutting, stemming)
    return Set(
      words.compactMap { word in
        let terms = plain.query(word).terms
        return terms.count == 1 ? terms[0] : nil
      })
  }

  private static func identity(_ hanCutting: HanCutting, _ stemming: Stemming, _ stopTerms: Set<String>) -> String {
    let cutting =
      switch hanCutting {
      case .pairs: "pairs"
      case .words(let dictionary): "words-" + String(dictionary.fingerprint, radix: 16)
      }
    let stopped =
      stopTerms.isEmpty
      ? "none" : String(KeywordHash.of(Array(stopTerms.sorted().joined(separator: " ").utf8)), radix: 16)
    return "analyzer 1, han \(cutting), stems \(stemming.rawValue), stop words \(stopped)"
  }
}
