/// Finds what terms are worth by the bytes of the terms.
struct ScoreTable: Sendable {
  private var entries: [TermScores] = []
  /// Open addressing.
  private var slots = [Slot](repeating: Slot(), count: 64)
  /// Bytes of all entries.
  private(set) var byteCount = 0

  /// Where an entry stands, and its hash, so that seldom another entry is looked at.
  private struct Slot: Sendable {
    var hash: UInt64 = 0
    /// One more than the place; 0 where there is none.
    var number = 0
  }

  /// What is known of a term.
  func find(_ term: AskedTerm) -> TermScores? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: term.hash) & mask
    while slots[slot].number != 0 {
      if slots[slot].hash == term.hash {
        let entry = entries[slots[slot].number - 1]
        if term.hasBytes(entry.text) { return entry }
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Takes in what a term is worth that is not there yet; of two, the first is found.
  mutating func insert(_ scores: TermScores) {
    entries.append(scores)
    byteCount += scores.byteCount
    if entries.count * 2 > slots.count {
      slots = Array(repeating: Slot(), count: slots.count * 2)
      for place in entries.indices { fill(place) }
    } else {
      fill(entries.count - 1)
    }
  }

  private mutating func fill(_ place: Int) {
    let mask = slots.count - 1
    let hash = entries[place].hash
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].number != 0 { slot = (slot + 1) & mask }
    slots[slot] = Slot(hash: hash, number: place + 1)
  }
}
