import InkIndex

/// Collections of made-up words, the same for the same seed.
struct RandomCollection {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below limit: Int) -> Int {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(limit))
  }

  /// A word; low numbers are far more frequent.
  mutating func word(of vocabulary: Int) -> String {
    let bound = 1 + next(below: vocabulary)
    return "w\(next(below: bound))"
  }

  mutating func terms(count: Int, of vocabulary: Int) -> [String] {
    (0..<count).map { _ in word(of: vocabulary) }
  }

  mutating func documents(_ ids: some Sequence<Int64>, vocabulary: Int, longest: Int) -> [KeywordDocument] {
    ids.map { id in
      KeywordDocument(id: id, content: .terms(terms(count: next(below: longest + 1), of: vocabulary)))
    }
  }
}
