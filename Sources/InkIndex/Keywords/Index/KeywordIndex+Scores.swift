internal import InkTensor

extension KeywordIndex {
  /// The terms that some document holds, with their weights.
  func weigh(_ terms: [AskedTerm], _ curve: FrequencyCurve) throws(IndexError) -> [WeightedTerm] {
    var weighted: [WeightedTerm] = []
    for term in terms {
      let text = Array(term.text.utf8)
      let holding = try holding(text)
      if holding == 0 { continue }
      weighted.append(
        WeightedTerm(text: text, weight: curve.weight(holding: holding), times: Int64(term.times)))
    }
    return weighted
  }

  /// What terms are worth, as it is known or worked out now: something for each, or nil for all if that would take too
  /// much memory.
  func scores(of terms: [AskedTerm], _ curve: FrequencyCurve) throws(IndexError) -> [TermScores?]? {
    var found = scores.find(terms)
    if found.contains(where: { $0 == nil }) {
      guard try complete(&found, terms, curve) else { return nil }
    }
    return found
  }

  /// Works out what is not known yet.
  ///
  /// - Returns: whether that takes no more memory than it may.
  private func complete(
    _ found: inout [TermScores?], _ terms: [AskedTerm], _ curve: FrequencyCurve
  ) throws(IndexError) -> Bool {
    var located: [(place: Int, term: LocatedTerm)] = []
    var byteCount = 0
    for place in terms.indices where found[place] == nil {
      let term = try locate(Array(terms[place].text.utf8))
      byteCount += term.byteCount
      if byteCount > ScoreCache.queryLimit { return false }
      located.append((place, term))
    }
    var postings = UnpackedPostings()
    var made: [(AskedTerm, TermScores)] = []
    for (place, term) in located {
      let weight = curve.weight(holding: term.holding)
      let scores = TermScores(
        text: term.text, hash: terms[place].hash,
        lists: try lists(of: term, curve.scoreCurve(weight: weight), &postings))
      found[place] = scores
      made.append((terms[place], scores))
    }
    scores.insert(made)
    return true
  }

  /// Where a term stands in the parts.
  private struct LocatedTerm {
    var text: [UInt8]
    /// For each part the number of the term.
    var numbers: [Int?] = []
    var holding = 0
    /// What its lists take at most.
    var byteCount = 0
  }

  private func locate(_ text: [UInt8]) throws(IndexError) -> LocatedTerm {
    var located = LocatedTerm(text: text)
    for part in parts {
      try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        let number = try part.segment.term(text, bytes)
        located.numbers.append(number)
        guard let number else { return }
        let holding = part.documentFrequency(of: number, bytes)
        located.holding += holding
        located.byteCount += ScoreList.byteCount(
          postings: holding, documentCount: part.segment.layout.documentCount)
      }
    }
    return located
  }

  private func lists(
    of term: LocatedTerm, _ curve: ScoreCurve, _ postings: inout UnpackedPostings
  ) throws(IndexError) -> [ScoreList?] {
    var lists: [ScoreList?] = []
    for (number, part) in parts.enumerated() {
      guard let term = term.numbers[number] else {
        lists.append(nil)
        continue
      }
      let bytes = part.segment.storage
      lists.append(
        try bytes.withBytes(in: 0..<bytes.byteCount) { (bytes: RawSpan) throws(IndexError) in
          try part.scores(of: term, curve, scores.kernels, &postings, bytes)
        })
    }
    return lists
  }

  /// The most terms of a query. Keeps sums of scores within 63 bits.
  package static let mostTerms = 16_384
}
