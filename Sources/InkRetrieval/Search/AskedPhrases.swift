package import InkIndex

/// The phrases of a query in the terms of an index. The index keeps no places of terms, so it gives the pieces that hold
/// all of them, and the pieces' texts tell where they stand.
package struct AskedPhrases: Sendable {
  private struct Phrase: Sendable {
    /// The terms as a text of the same words has them.
    var terms: [String]
    /// The characters without spaces, for words that are cut otherwise within a longer run of Han characters.
    var characters: String
    var hasHan: Bool
  }

  /// Texts that are compared character by character when no piece holds the terms.
  package static let mostCompared = 1_000

  private let phrases: [Phrase]
  private let analyzer: TextAnalyzer
  /// Terms that a piece must hold, each of them.
  package let required: [String]

  /// The phrases of a query.
  package init(_ query: PhraseQuery, analyzer: TextAnalyzer) {
    self.analyzer = analyzer
    phrases = query.phrases.compactMap { text in
      let terms = analyzer.terms(of: text)
      guard !terms.isEmpty else { return nil }
      let hasHan = text.unicodeScalars.contains { ScalarKind.isIdeographic($0.value) }
      return Phrase(terms: terms, characters: AskedPhrases.characters(text), hasHan: hasHan)
    }
    required = Array(Set(query.phrases.flatMap { analyzer.query($0).terms })).sorted()
  }

  /// Whether nothing is asked to stand together.
  package var isEmpty: Bool { phrases.isEmpty }

  /// Whether pieces that lack the terms may hold the phrases all the same.
  package var mayBeCutOtherwise: Bool { phrases.contains(where: \.hasHan) }

  /// Whether a text holds every phrase.
  package func areHeld(by text: String) -> Bool {
    let terms = analyzer.terms(of: text)
    lazy var characters = AskedPhrases.characters(text)
    return phrases.allSatisfy { phrase in
      AskedPhrases.holds(terms, phrase.terms) || (phrase.hasHan && characters.contains(phrase.characters))
    }
  }

  private static func holds(_ terms: [String], _ phrase: [String]) -> Bool {
    guard let first = phrase.first, terms.count >= phrase.count else { return false }
    return (0...(terms.count - phrase.count)).contains { start in
      terms[start] == first && terms[start..<start + phrase.count].elementsEqual(phrase)
    }
  }

  private static func characters(_ text: String) -> String { text.lowercased().filter { !$0.isWhitespace } }
}
