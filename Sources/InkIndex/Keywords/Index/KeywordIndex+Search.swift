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
    let terms = try AskedTerm.counted(query)
    let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: averageLength)
    guard let found = try scores(of: terms, curve) else {
      return try searchBlocks(query, weigh(terms, curve), curve, count: count, among: filter)
    }
    return try scores.searches.borrow { (search: ScoreSearch) throws(IndexError) in
      var best = RankedMatches(capacity: min(count, documentCount))
      for (number, part) in parts.enumerated() {
        var lists: [TimedScoreList] = []
        lists.reserveCapacity(terms.count)
        for (term, scores) in zip(terms, found) {
          if let list = scores?.lists[number] { lists.append(TimedScoreList(list, times: term.times)) }
        }
        if lists.isEmpty { continue }
        try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
          let allowed = try part.allowed(query, filter, removed: nil, bytes)
          search.run(
            lists, documentCount: part.segment.layout.documentCount, among: allowed?.words,
            count: min(count, documentCount), reaching: best.threshold)
          best.merge(search, part.segment, bytes)
        }
      }
      return best.matches(unit: curve.unit)
    }
  }

  /// The score that no document exceeds for a query: what one would have that repeats each of its terms without end. A
  /// term that no document holds counts as the rarest.
  ///
  /// A score divided by it is the share of what was asked for that a document answers, whatever the question's length.
  ///
  /// - Throws: as ``search(_:count:among:)``.
  public func greatestScore(of query: KeywordQuery) throws(IndexError) -> Double {
    let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: averageLength)
    var sum: Int64 = 0
    for term in try AskedTerm.counted(query) {
      sum += Int64(term.times) * curve.greatestWorth(holding: try holding(Array(term.text.utf8)))
    }
    return Double(sum) / curve.unit
  }

  /// What ``search(_:count:among:)`` finds, without lists of scores: block by block from the postings as they lie. For
  /// queries whose lists would take too much memory.
  package func searchBlocks(
    _ query: KeywordQuery, count: Int, among filter: KeywordFilter = .all
  ) throws(IndexError) -> [KeywordMatch] {
    guard count > 0, documentCount > 0 else { return [] }
    let terms = try AskedTerm.counted(query)
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
    return best.sorted(unit: curve.unit)
  }

  /// What ``search(_:count:among:)`` finds, by adding up every posting of every term: what it is compared with.
  package func searchExhaustively(
    _ query: KeywordQuery, count: Int, among filter: KeywordFilter = .all
  ) throws(IndexError) -> [KeywordMatch] {
    guard count > 0, documentCount > 0 else { return [] }
    let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: averageLength)
    let terms = try weigh(AskedTerm.counted(query), curve)
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
            let worth = curve.worth(weight: term.weight, frequency: frequency, length: length)
            sums[Int(document), default: 0] += term.times * worth
          }
        }
        for (document, sum) in sums where allowed?.contains(document) != false {
          best.offer(sum, segment.identifier(document, bytes))
        }
      }
    }
    return best.sorted(unit: curve.unit)
  }
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
