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
    let bytes = Array(text.utf8)
    let sentences = words.sentences(text).map { String(decoding: bytes[$0], as: UTF8.self) }
      .reduce(into: [String]()) { list, sentence in
        // A mark behind the full stop belongs to the sentence before it.
        if AnswerGrounding.bare(sentence).isEmpty, !list.isEmpty {
          list[list.count - 1] += " " + sentence
        } else {
          list.append(sentence)
        }
      }
    let asked = sentences.map { sentence in
      (text: AnswerGrounding.bare(sentence), preferred: AnswerGrounding.marks(in: sentence, below: passages.count))
    }
    let supports = try await check.supports(of: asked)
    var citations: [Citation] = []
    var supported: [GroundedAnswer.Sentence] = []
    for (sentence, support) in zip(sentences, supports) {
      guard let support else {
        supported.append(GroundedAnswer.Sentence(sentence: sentence, supported: false, citations: []))
        continue
      }
      let citation = citation(of: support)
      let place = citations.firstIndex(of: citation) ?? citations.count
      if place == citations.count { citations.append(citation) }
      supported.append(GroundedAnswer.Sentence(sentence: sentence, supported: true, citations: [place]))
    }
    return GroundedAnswer(
      question: question, answer: text, outcome: .answered, citations: citations, supported: supported)
  }

  private func citation(of support: SupportCheck.Support) -> Citation {
    let passage = passages[support.passage]
    let piece = passage.found.piece
    return Citation(
      document: piece.document, sha256: piece.sha256, start: passage.range.lowerBound, end: passage.range.upperBound,
      page: passage.page, score: passage.found.score, text: passage.text, quote: support.quote)
  }

  /// The sentence without marks such as [1].
  static func bare(_ sentence: String) -> String {
    var result = ""
    var rest = Substring(sentence)
    while let open = rest.firstIndex(where: { $0 == "[" || $0 == "【" }) {
      result += rest[..<open]
      let inside = rest[rest.index(after: open)...]
      guard let close = inside.firstIndex(where: { $0 == "]" || $0 == "】" }),
        inside[..<close].allSatisfy({ $0.isNumber || $0 == "," || $0 == " " || $0 == "，" }), inside.startIndex < close
      else {
        result.append(rest[open])
        rest = inside
        continue
      }
      rest = inside[inside.index(after: close)...]
    }
    result += rest
    return result.trimmingTrailing { $0.isWhitespace }
  }

  /// Positions of the passages that a sentence names.
  static func marks(in sentence: String, below count: Int) -> Set<Int> {
    var found: Set<Int> = []
    for part in sentence.split(whereSeparator: { $0 == "[" || $0 == "【" }).dropFirst(sentence.first == "[" ? 0 : 1) {
      guard let close = part.firstIndex(where: { $0 == "]" || $0 == "】" }) else { continue }
      for number in part[..<close].split(whereSeparator: { $0 == "," || $0 == "，" || $0 == " " }) {
        if let value = Int(number), value >= 1, value <= count { found.insert(value - 1) }
      }
    }
    return found
  }
}
