internal import InkTensor

/// A term of a query, and how often the query repeats it.
struct AskedTerm: Sendable {
  /// Terms are told apart by their bytes, where strings would be equal that are only written differently.
  let text: String
  let hash: UInt64
  private(set) var times = 1

  init(_ text: String) {
    self.text = text
    hash = text.withBytes { KeywordHash.of($0) }
  }

  func hasBytes(_ bytes: [UInt8]) -> Bool { text.withBytes { AskedTerm.areEqual($0, bytes.span.bytes) } }

  private func isEqual(_ other: AskedTerm) -> Bool {
    hash == other.hash && text.withBytes { own in other.text.withBytes { AskedTerm.areEqual(own, $0) } }
  }

  private static func areEqual(_ left: RawSpan, _ right: RawSpan) -> Bool {
    guard left.byteCount == right.byteCount else { return false }
    for place in 0..<left.byteCount
    where left.number(at: place, as: UInt8.self) != right.number(at: place, as: UInt8.self) {
      return false
    }
    return true
  }

  /// The different terms of a query.
  static func counted(_ query: KeywordQuery) throws(IndexError) -> [AskedTerm] {
    guard query.terms.count <= KeywordIndex.mostTerms else {
      throw IndexError(
        .invalidSetting, context: "keyword query", expected: "at most \(KeywordIndex.mostTerms) terms",
        found: "\(query.terms.count)", hint: "Search for less text at a time.")
    }
    var counted: [AskedTerm] = []
    counted.reserveCapacity(query.terms.count)
    // Few are compared one by one, which takes less time than a table.
    var places: [UInt64: Int] = [:]
    let areFew = query.terms.count <= 16
    for text in query.terms {
      let term = AskedTerm(text)
      var place = areFew ? counted.firstIndex { $0.hash == term.hash } : places[term.hash]
      if let found = place, !counted[found].isEqual(term) { place = counted.firstIndex { $0.isEqual(term) } }
      if let place {
        counted[place].times += 1
      } else {
        if !areFew { places[term.hash] = counted.count }
        counted.append(term)
      }
    }
    return counted
  }
}
