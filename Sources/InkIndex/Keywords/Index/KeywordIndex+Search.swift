internal import InkTensor

extension KeywordIndex {
  /// The best documents for a query, best first; equal scores by ascending number.
  ///
  /// - Parameters:
  ///   - count: how many at most.
  ///   - filter: which documents may be found; the weights of terms are those of the whole index.
  /// - Throws: `invalidSetting` for a ranking outside of its range or a query of more than 16,384 terms.
  public func search(
    _ query: KeywordQuery, count: Int, among filter: KeywordFilter = .all
  ) throws(IndexError) -> [KeywordMatch] {
    guard count > 0, documentCount > 0 else { return [] }
    let terms = try KeywordIndex.counted(query)
    let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: averageLength)
    guard let found = try scores(of: terms, curve) else {
      return try searchBlocks(query, weigh(terms, curve), curve, count: count, among: filter)
    }
    var best = BestMatches(capacity: min(count, documentCount))
    try scores.windows.borrow { (window: ScoreWindow) throws(IndexError) in
      for (number, part) in parts.enumerated() {
        let lists = found.compactMap { $0.lists[number] }
        if lists.isEmpty { continue }
        try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
          let allowed = try part.allowed(query, filter, removed: nil, bytes)
          var search = ScoreListSearch(part.segment, lists: lists, allowed: allowed)
          search.run(into: &best, window, bytes)
        }
      }
    }
    return best.sorted()
  }

  /// What ``search(_:count:among:)`` finds, without lists of scores: block by block from the postings as they lie. For
  /// queries whose lists would take too much memory.
  package func searchBlocks(
    _ query: KeywordQuery, count: Int, among filter: KeywordFilter = .all
  ) throws(IndexError) -> [KeywordMatch] {
    guard count > 0, documentCount > 0 else { return [] }
    let terms = try KeywordIndex.counted(query)
    let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: averageLength)
    return try searchBlocks(query, weigh(terms, curve), curve, count: count, among: filter)
  }

  private func searchBlocks(
    _ query: KeywordQuery, _ terms: [WeightedTerm], _ curve: FrequencyCurve, count: Int, among filter: KeywordFilter
  ) throws(IndexError) -> [KeywordMatch] {
    var best = BestMatches(capacity: min(count, documentCount))
    for part in parts {
      try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        let allowed = try part.allowed(query, filter, removed: part.removed, bytes)
        var search = try SegmentSearch(part.segment, terms: terms, curve, allowed: allowed, bytes)
        try search.run(into: &best, bytes)
      }
    }
    return best.sorted()
  }

  /// What ``search(_:count:among:)`` finds, by adding up every posting of every term: what it is compared with.
  package func searchExhaustively(
    _ query: KeywordQuery, count: Int, among filter: KeywordFilter = .all
  ) throws(IndexError) -> [KeywordMatch] {
    guard count > 0, documentCount > 0 else { return [] }
    let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: averageLength)
    let terms = try weigh(KeywordIndex.counted(query), curve)
    var best = BestMatches(capacity: min(count, documentCount))
    for part in parts {
      let segment = part.segment
      try segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        let allowed = try part.allowed(query, filter, removed: part.removed, bytes)
        var sums: [Int: Int64] = [:]
        var decoded = DecodedBlock()
        for term in terms {
          guard let number = try segment.term(term.text, bytes) else { continue }
          try segment.forEachPosting(of: number, bytes, &decoded) { document, frequency in
            let length = segment.length(Int(document), bytes)
            sums[Int(document), default: 0] += curve.worth(weight: term.weight, frequency: frequency, length: length)
          }
        }
        for (document, sum) in sums where allowed?.contains(document) != false {
          best.offer(sum, segment.identifier(document, bytes))
        }
      }
    }
    return best.sorted()
  }

  /// The different terms of a query, and how often it repeats them.
  private static func counted(_ query: KeywordQuery) throws(IndexError) -> [ScoreCache.Key] {
    guard query.terms.count <= mostTerms else {
      throw IndexError(
        .invalidSetting, context: "keyword query", expected: "at most \(mostTerms) terms",
        found: "\(query.terms.count)", hint: "Search for less text at a time.")
    }
    var counted: [ScoreCache.Key] = []
    // Few are compared one by one, which takes less time than hashing them.
    var places: [String: Int] = [:]
    let areFew = query.terms.count <= 16
    for term in query.terms {
      if let place = areFew ? counted.firstIndex(where: { $0.term == term }) : places[term] {
        counted[place].repeats += 1
      } else {
        if !areFew { places[term] = counted.count }
        counted.append(ScoreCache.Key(term: term, repeats: 1))
      }
    }
    return counted
  }

  /// The terms that some document holds, with their weights.
  private func weigh(_ terms: [ScoreCache.Key], _ curve: FrequencyCurve) throws(IndexError) -> [WeightedTerm] {
    var weighted: [WeightedTerm] = []
    for key in terms {
      let bytes = Array(key.term.utf8)
      let holding = try holding(bytes)
      if holding == 0 { continue }
      weighted.append(WeightedTerm(text: bytes, weight: curve.weight(holding: holding) * Double(key.repeats)))
    }
    return weighted
  }

  /// What terms are worth, as it is known or worked out now; nil if that would take too much memory.
  private func scores(of terms: [ScoreCache.Key], _ curve: FrequencyCurve) throws(IndexError) -> [TermScores]? {
    var found = scores.find(terms)
    var located: [LocatedTerm] = []
    var byteCount = 0
    for place in terms.indices where found[place] == nil {
      let term = try locate(terms[place].term)
      byteCount += term.byteCount
      if byteCount > ScoreCache.queryLimit { return nil }
      located.append(term)
    }
    var next = 0
    for place in terms.indices where found[place] == nil {
      let weight = curve.weight(holding: located[next].holding) * Double(terms[place].repeats)
      let made = try scores(of: located[next], curve.scoreCurve(weight: weight))
      scores.insert(terms[place], made)
      found[place] = made
      next += 1
    }
    return found.compactMap(\.self)
  }

  /// Where a term stands in the parts.
  private struct LocatedTerm {
    /// For each part the number of the term.
    var numbers: [Int?] = []
    var holding = 0
    /// What its lists take at most.
    var byteCount = 0
  }

  private func locate(_ term: String) throws(IndexError) -> LocatedTerm {
    let text = Array(term.utf8)
    var located = LocatedTerm()
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

  private func scores(of term: LocatedTerm, _ curve: ScoreCurve) throws(IndexError) -> TermScores {
    var lists: [ScoreList?] = []
    for (number, part) in parts.enumerated() {
      guard let term = term.numbers[number] else {
        lists.append(nil)
        continue
      }
      lists.append(
        try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
          try part.scores(of: term, curve, scores.kernels, bytes)
        })
    }
    return TermScores(lists: lists)
  }

  /// Keeps sums of scores within 63 bits for every ranking that is allowed.
  package static let mostTerms = 16_384
}

extension IndexPart {
  /// The documents that a search may find; nil for all.
  ///
  /// - Parameter removed: those that are left out; nil where they do not come up anyway.
  func allowed(
    _ query: KeywordQuery, _ filter: KeywordFilter, removed: DocumentBits?, _ bytes: RawSpan
  ) throws(IndexError) -> DocumentBits? {
    let count = segment.layout.documentCount
    var allowed: DocumentBits?
    switch filter {
    case .all: break
    case .only(let ids):
      var bits = DocumentBits(count: count, repeating: false)
      forEachDocument(of: ids, bytes) { bits.insert($0) }
      allowed = bits
    case .except(let ids):
      var bits = DocumentBits(count: count, repeating: true)
      forEachDocument(of: ids, bytes) { bits.remove($0) }
      allowed = bits
    }
    if let removed {
      var bits = allowed ?? DocumentBits(count: count, repeating: true)
      bits.subtract(removed)
      allowed = bits
    }
    for term in query.required {
      let holders = try holders(of: term, bytes)
      allowed?.formIntersection(holders)
      allowed = allowed ?? holders
    }
    for term in query.excluded {
      var bits = allowed ?? DocumentBits(count: count, repeating: true)
      bits.subtract(try holders(of: term, bytes))
      allowed = bits
    }
    return allowed
  }

  /// Looks up the fewer ones: the set's numbers among the documents, or the documents' numbers in the set.
  private func forEachDocument(of ids: Set<Int64>, _ bytes: RawSpan, _ body: (Int) -> Void) {
    if ids.count < segment.layout.documentCount / 8 {
      for id in ids { if let document = segment.document(id, bytes) { body(document) } }
    } else {
      for document in 0..<segment.layout.documentCount where ids.contains(segment.identifier(document, bytes)) {
        body(document)
      }
    }
  }

  private func holders(of term: String, _ bytes: RawSpan) throws(IndexError) -> DocumentBits {
    var bits = DocumentBits(count: segment.layout.documentCount, repeating: false)
    guard let number = try segment.term(Array(term.utf8), bytes) else { return bits }
    var decoded = DecodedBlock()
    try segment.forEachPosting(of: number, bytes, &decoded) { document, _ in bits.insert(Int(document)) }
    return bits
  }
}
