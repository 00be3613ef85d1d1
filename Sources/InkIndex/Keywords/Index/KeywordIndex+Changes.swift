extension KeywordIndex {
  /// Takes documents in; one whose number is there already is replaced, of several with one number the last counts.
  ///
  /// Many at once are taken in far faster than one by one.
  public mutating func add(_ documents: [KeywordDocument]) throws(IndexError) {
    let order = KeywordIndex.lastOfEach(documents)
    guard !order.isEmpty else { return }
    try removeFromParts(order.lazy.map { documents[$0].id })
    var scanner = TextScanner(analyzer, role: .document)
    var draft = SegmentDraft(stopTerms: analyzer.stopTerms)
    for place in order {
      draft.begin(documents[place].id)
      switch documents[place].content {
      case .text(let text): scanner.scan(Array(text.utf8), into: &draft)
      case .terms(let terms): for term in terms { draft.take(Array(term.utf8)) }
      }
      draft.end()
      if draft.postingCount >= KeywordIndex.segmentPostings {
        parts.append(IndexPart(draft.finish(identity: analyzer.identity)))
        draft = SegmentDraft(stopTerms: analyzer.stopTerms)
      }
    }
    if draft.documentCount > 0 { parts.append(IndexPart(draft.finish(identity: analyzer.identity))) }
    try settle()
  }

  /// Bounds the memory of one addition, however many documents it has.
  private static let segmentPostings = 1 << 25

  /// The places of the documents by ascending number, of equal numbers the last.
  private static func lastOfEach(_ documents: [KeywordDocument]) -> [Int] {
    let sorted = documents.indices.sorted { (documents[$0].id, $0) < (documents[$1].id, $1) }
    return sorted.indices.compactMap { index in
      let isLast = index + 1 == sorted.count || documents[sorted[index + 1]].id != documents[sorted[index]].id
      return isLast ? sorted[index] : nil
    }
  }

  /// Takes a text in, in the place of what had this number.
  public mutating func add(_ id: Int64, text: String) throws(IndexError) {
    try add([KeywordDocument(id: id, content: .text(text))])
  }

  /// Removes documents. They are found no longer and all counts follow at once; ``compact()`` and ``save(to:)`` leave no
  /// trace of their terms.
  ///
  /// - Returns: how many there were.
  @discardableResult
  public mutating func remove(_ ids: some Sequence<Int64>) throws(IndexError) -> Int {
    let removed = try removeFromParts(ids)
    if removed > 0 { try settle() }
    return removed
  }

  @discardableResult
  private mutating func removeFromParts(_ ids: some Sequence<Int64>) throws(IndexError) -> Int {
    var removed = 0
    for id in ids {
      for index in parts.indices where try parts[index].remove(id) {
        removed += 1
        break
      }
    }
    return removed
  }

  /// Merges everything into one segment without what was removed. Its bytes depend on the documents alone, not on the
  /// order in which they came and went.
  public mutating func compact() throws(IndexError) {
    if parts.count == 1, parts[0].removedCount == 0 { return }
    let merged = try compacted()
    parts = merged.layout.documentCount == 0 ? [] : [IndexPart(merged)]
  }

  /// Everything as one segment.
  func compacted() throws(IndexError) -> KeywordSegment {
    if parts.count == 1, parts[0].removedCount == 0 { return parts[0].segment }
    return try SegmentMerge(parts).merged(identity: analyzer.identity)
  }

  /// Drops what is empty, rewrites what is mostly removed, and merges segments of like size.
  private mutating func settle() throws(IndexError) {
    parts.removeAll { $0.documentCount == 0 }
    for index in parts.indices where parts[index].isSparse { try merge([index]) }
    while let crowd = crowdedLevel() { try merge(crowd) }
  }

  /// Four parts of one level, the lowest that has so many.
  private func crowdedLevel() -> [Int]? {
    var levels: [Int: [Int]] = [:]
    for (index, part) in parts.enumerated() { levels[part.level, default: []].append(index) }
    return levels.filter { $0.value.count >= KeywordIndex.fanIn }.min { $0.key < $1.key }?.value
  }

  private static let fanIn = 4

  /// Puts one segment in the place of several.
  private mutating func merge(_ indices: [Int]) throws(IndexError) {
    let merged = try SegmentMerge(indices.map { parts[$0] }).merged(identity: analyzer.identity)
    guard let first = indices.first else { return }
    parts[first] = IndexPart(merged)
    for index in indices.dropFirst().reversed() { parts.remove(at: index) }
  }
}
