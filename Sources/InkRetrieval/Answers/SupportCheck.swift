import InkChat

/// Finds for each sentence of an answer the words of the passages that support it.
struct SupportCheck {
  /// A stretch of one to `span` sentences of a passage.
  struct Candidate {
    let passage: Int
    /// Bytes of the passage's text.
    let range: Range<Int>
    let text: String
    let terms: Set<String>
    let numbers: Set<String>
    let polarities: ClausePolarities
  }

  /// The best support of a sentence.
  struct Support {
    let passage: Int
    /// The words of the passage.
    let quote: String
  }

  private let rule: SupportRule
  private let embedder: any Embedder
  private let passages: [Passage]
  private let words: TextWords
  private let candidates: [Candidate]
  /// The words that a name may be of: those of the passage, its headings and its document's name.
  private let known: [Set<String>]

  init(_ passages: [Passage], rule: SupportRule, embedder: any Embedder, words: TextWords) {
    self.rule = rule
    self.embedder = embedder
    self.passages = passages
    self.words = words
    known = passages.map { passage in
      let place = [passage.found.piece.document] + passage.found.piece.piece.headings
      return NameReader.words(in: (place + [passage.text]).joined(separator: "\n"))
    }
    self.candidates = passages.indices.flatMap { index in
      SupportCheck.candidates(of: passages[index], at: index, span: rule.span, words: words)
    }
  }

  /// The words of the passages that support a sentence; nil where there are none.
  ///
  /// - Parameter preferred: positions of passages that the sentence names itself; they win over equal others.
  func support(of sentence: String, preferred: Set<Int>) async throws(RetrievalError) -> Support? {
    let terms = Set(words.terms(sentence))
    let numbers = NumberReader.numbers(in: sentence)
    guard !terms.isEmpty else { return nil }
    let polarities = ClausePolarities(of: sentence, words: words)
    let names = NameReader.names(in: sentence)
    let able = candidates.filter {
      numbers.isSubset(of: $0.numbers) && names.isSubset(of: known[$0.passage]) && polarities.agree(with: $0.polarities)
    }
    let ranked = able.map { candidate in
      (candidate, share: Double(terms.intersection(candidate.terms).count) / Double(terms.count))
    }.filter { $0.share >= min(rule.words, rule.wordsBesideMeaning) }
      .sorted { left, right in
        if left.share != right.share { return left.share > right.share }
        let (own, other) = (preferred.contains(left.0.passage), preferred.contains(right.0.passage))
        if own != other { return own }
        if left.0.text.utf8.count != right.0.text.utf8.count { return left.0.text.utf8.count < right.0.text.utf8.count }
        return (left.0.passage, left.0.range.lowerBound) < (right.0.passage, right.0.range.lowerBound)
      }
    guard let best = ranked.first else { return nil }
    if best.share >= rule.words { return accepted(best.0) }
    // Few words are common: the meaning decides, over the best candidates only.
    let nearest = ranked.prefix(8).map(\.0)
    let vectors: [[Float]]
    do {
      vectors = try await embedder.embed([sentence] + nearest.map(\.text), as: .comparison)
    } catch {
      // A candidate that is too long for the embedder cannot be compared; the sentence stays unsupported.
      if error.code == .contextExceeded { return nil }
      throw RetrievalError(error, context: "support")
    }
    guard let own = vectors.first, vectors.count == nearest.count + 1 else {
      throw RetrievalError(
        .model, context: "support", expected: "\(nearest.count + 1) vectors", found: "\(vectors.count)")
    }
    let scores = vectors.dropFirst().map { cosine(own, $0) }
    guard let top = scores.indices.max(by: { scores[$0] < scores[$1] }), scores[top] >= rule.meaning else { return nil }
    return accepted(nearest[top])
  }

  private func accepted(_ candidate: Candidate) -> Support {
    Support(passage: candidate.passage, quote: candidate.text)
  }

  private static func candidates(
    of passage: Passage, at index: Int, span: Int, words: TextWords
  ) -> [Candidate] {
    let bytes = Array(passage.text.utf8)
    let sentences = words.sentences(passage.text)
    var found: [Candidate] = []
    for start in sentences.indices {
      for end in start..<min(start + max(span, 1), sentences.count) {
        let range = sentences[start].lowerBound..<sentences[end].upperBound
        let text = String(decoding: bytes[range], as: UTF8.self)
        found.append(
          Candidate(
            passage: index, range: range, text: text, terms: Set(words.terms(text)),
            numbers: NumberReader.numbers(in: text), polarities: ClausePolarities(of: text, words: words)))
      }
    }
    return found
  }
}
