import InkChat

/// Says of each sentence of an answer which words of the sources support it.
struct AnswerGrounding {
  private let passages: [Passage]
  private let words: TextWords
  private let check: SupportCheck

  init(_ passages: [Passage], rule: SupportRule, embedder: any Embedder, words: TextWords) {
    self.passages = passages
    self.words = words
    self.check = SupportCheck(passages, rule: rule, embedder: embedder, words: words)
  }

  func answer(_ question: String, text: String) async throws(RetrievalError) -> GroundedAnswer {
    let sentences = MarkedText(text, passages: passages.count, words: words).sentences
    var citations: [Citation] = []
    var supported: [GroundedAnswer.Sentence] = []
    for sentence in sentences {
      guard let support = try await check.support(of: sentence.bare, preferred: sentence.passages) else {
        supported.append(GroundedAnswer.Sentence(sentence: sentence.text, supported: false, citations: []))
        continue
      }
      let citation = citation(of: support)
      let place = citations.firstIndex(of: citation) ?? citations.count
      if place == citations.count { citations.append(citation) }
      supported.append(GroundedAnswer.Sentence(sentence: sentence.text, supported: true, citations: [place]))
    }
    return GroundedAnswer(
      question: question, answer: text, outcome: .answered, wording: .model, citations: citations,
      supported: supported)
  }

  /// An answer that consists of quotes: each is supported by the passage it comes from.
  static func answer(
    _ question: String, quotes: [QuoteGrammar.Quote], wording: GroundedAnswer.Wording
  ) -> GroundedAnswer {
    var citations: [Citation] = []
    var supported: [GroundedAnswer.Sentence] = []
    for quote in quotes {
      let citation = citation(of: quote.text, in: quote.cited)
      let place = citations.firstIndex(of: citation) ?? citations.count
      if place == citations.count { citations.append(citation) }
      supported.append(GroundedAnswer.Sentence(sentence: quote.line, supported: true, citations: [place]))
    }
    return GroundedAnswer(
      question: question, answer: quotes.map(\.line).joined(separator: "\n"), outcome: .answered, wording: wording,
      citations: citations, supported: supported)
  }

  private func citation(of support: SupportCheck.Support) -> Citation {
    AnswerGrounding.citation(of: support.quote, in: passages[support.passage])
  }

  private static func citation(of quote: String, in passage: Passage) -> Citation {
    let piece = passage.found.piece
    return Citation(
      document: piece.document, sha256: piece.sha256, start: passage.range.lowerBound, end: passage.range.upperBound,
      page: passage.page, headings: piece.piece.headings, score: passage.found.score, text: passage.text,
      quote: quote)
  }
}
