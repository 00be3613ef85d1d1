extension TextAnalyzer {
  /// The terms of a document with their places, in the order of the text; several may overlap.
  public func words(of text: String) -> [AnalyzedWord] { collect(text, role: .document) }

  /// The terms of a document, repeated as often as they occur.
  public func terms(of text: String) -> [String] { words(of: text).map(\.term) }

  /// What a person typed, as a query. It has no operators: every term counts towards the score.
  public func query(_ text: String) -> KeywordQuery {
    KeywordQuery(terms: collect(text, role: .query).map(\.term))
  }

  /// Where a text holds words of a query: ranges of bytes in order that neither overlap nor touch, to be highlighted.
  public func matches(of query: KeywordQuery, in text: String) -> [Range<Int>] {
    let wanted = Set(query.terms).union(query.required)
    guard !wanted.isEmpty else { return [] }
    let found = words(of: text).filter { wanted.contains($0.term) }.map(\.range)
    var ranges: [Range<Int>] = []
    for range in found.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }

  private func collect(_ text: String, role: TextScanner.Role) -> [AnalyzedWord] {
    var scanner = TextScanner(self, role: role)
    var collected = CollectedWords(stopTerms: stopTerms)
    scanner.scan(Array(text.utf8), into: &collected)
    return collected.words
  }
}

/// Keeps terms as strings.
private struct CollectedWords: TermConsumer {
  let stopTerms: Set<String>
  var words: [AnalyzedWord] = []

  init(stopTerms: Set<String>) { self.stopTerms = stopTerms }

  mutating func take(_ term: [UInt8], at range: Range<Int>) {
    let text = String(decoding: term, as: UTF8.self)
    if !stopTerms.contains(text) { words.append(AnalyzedWord(term: text, range: range)) }
  }
}
