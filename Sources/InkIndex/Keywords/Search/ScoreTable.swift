/// Finds what terms are worth by the bytes of the terms.
struct ScoreTable: Sendable {
  private var entries: [TermScores] = []
  private var hashes: [UInt64] = []
  /// Open addressing: the place of an entry and one more, or 0.
  private var slots = [UInt32](repeating: 0, count: 64)
  /// Bytes of all entries.
  private(set) var byteCount = 0

  /// What is known of a term.
  func find(_ term: AskedTerm) -> TermScores? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: term.hash) & mask
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if hashes[place] == term.hash, term.isEqual(term.hash, entries[place].text) { return entries[place] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Takes in what a term is worth that is not there yet; of two, the first is found.
  mutating func insert(_ scores: TermScores) {
    entries.append(scores)
    hashes.append(scores.hash)
    byteCount += scores.byteCount
    if entries.count * 2 > slots.count {
      slots = Array(repeating: 0, count: slots.count * 2)
      for place in entries.indices { fill(place) }
    } else {
      fill(entries.count - 1)
    }
  }

  private mutating func fill(_ place: Int) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hashes[place]) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(place + 1)
  }
}
