/// Numbers different byte strings from 0 in the order of their first coming.
struct TermInterner: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  private var hashes: [UInt32] = []
  /// Open addressing: the number and one more, or 0.
  private var slots = [UInt32](repeating: 0, count: 1024)

  var count: Int { hashes.count }

  /// The number of a term, which is new if it is the count of before.
  mutating func number(of term: [UInt8]) -> Int {
    let hash = UInt32(truncatingIfNeeded: KeywordHash.of(term))
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if hashes[number] == hash, isEqual(number, term) { return number }
      slot = (slot + 1) & mask
    }
    let number = hashes.count
    slots[slot] = UInt32(number + 1)
    hashes.append(hash)
    bytes.append(contentsOf: term)
    starts.append(bytes.count)
    if hashes.count * 2 > slots.count { grow() }
    return number
  }

  private func isEqual(_ number: Int, _ term: [UInt8]) -> Bool {
    let start = starts[number]
    guard starts[number + 1] - start == term.count else { return false }
    for place in 0..<term.count where bytes[start + place] != term[place] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var slot = Int(hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number + 1)
    }
  }

  /// The bytes of a term.
  func text(_ number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1]] }

  /// The numbers in the order of the terms' bytes.
  func sorted() -> [Int] {
    // Eight bytes decide nearly every comparison.
    let keys = (0..<count).map { number in
      text(number).prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(56 - $1.offset * 8) }
    }
    return (0..<count).sorted { left, right in
      if keys[left] != keys[right] { return keys[left] < keys[right] }
      return text(left).lexicographicallyPrecedes(text(right))
    }
  }
}
