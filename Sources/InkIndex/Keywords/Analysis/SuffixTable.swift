/// Word endings with what a rule does to each, found from the last letter.
struct SuffixTable<Rule: Sendable>: Sendable {
  private var byLastLetter: [[(suffix: [UInt8], rule: Rule)]]

  /// A table from endings, divided by spaces, that share a rule; the order does not matter.
  init(_ groups: [(endings: String, rule: Rule)]) {
    byLastLetter = Array(repeating: [], count: 128)
    let entries = groups.flatMap { group in
      group.endings.split(separator: " ").map { (suffix: Array($0.utf8), rule: group.rule) }
    }
    for entry in entries.sorted(by: { $0.suffix.count > $1.suffix.count }) {
      guard let last = entry.suffix.last, last < 128 else { continue }
      byLastLetter[Int(last)].append(entry)
    }
  }

  /// The longest ending of the table that the word has, however short the rest.
  func longest(in word: [UInt8]) -> (length: Int, rule: Rule)? {
    guard let last = word.last, last < 128 else { return nil }
    for entry in byLastLetter[Int(last)] where entry.suffix.count <= word.count {
      if word[(word.count - entry.suffix.count)...].elementsEqual(entry.suffix) {
        return (entry.suffix.count, entry.rule)
      }
    }
    return nil
  }
}
