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
    let (terms, curve) = try weigh(query)
    var best = BestMatches(capacity: min(count, documentCount))
    for part in parts {
      try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        let allowed = try part.allowed(query, filter, bytes)
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
    let (terms, curve) = try weigh(query)
    var best = BestMatches(capacity: min(count, documentCount))
    for part in parts {
      let segment = part.segment
      try segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        let allowed = try part.allowed(query, filter, bytes)
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

  /// The different terms of a query with their weights.
  private func weigh(_ query: KeywordQuery) throws(IndexError) -> ([WeightedTerm], FrequencyCurve) {
    guard query.terms.count <= KeywordIndex.mostTerms else {
      throw IndexError(
        .invalidSetting, context: "keyword query", expected: "at most \(KeywordIndex.mostTerms) terms",
        found: "\(query.terms.count)", hint: "Search for less text at a time.")
    }
    let curve = try FrequencyCurve(ranking, documentCount: documentCount, averageLength: averageLength)
    var places: [String: Int] = [:]
    var repeats: [(text: String, count: Int)] = []
    for term in query.terms {
      if let place = places[term] {
        repeats[place].count += 1
      } else {
        places[term] = repeats.count
        repeats.append((term, 1))
      }
    }
    var terms: [WeightedTerm] = []
    for (text, count) in repeats {
      let bytes = Array(text.utf8)
      let holding = try holding(bytes)
      if holding > 0 { terms.append(WeightedTerm(text: bytes, weight: curve.weight(holding: holding) * Double(count))) }
    }
    return (terms, curve)
  }

  /// Keeps sums of scores within 63 bits for every ranking that is allowed.
  package static let mostTerms = 16_384
}

extension IndexPart {
  /// The documents that a search may find; nil for all.
  func allowed(_ query: KeywordQuery, _ filter: KeywordFilter, _ bytes: RawSpan) throws(IndexError) -> DocumentBits? {
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
