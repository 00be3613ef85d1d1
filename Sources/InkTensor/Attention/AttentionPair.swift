/// The query rows of a whole sequence and the rows of the keys that they look at: its own, or another sequence's.
struct AttentionPair: Sendable {
  let queries: Range<Int>
  let keys: Range<Int>
  let mask: AttentionMask
  let arrangement: SequenceArrangement

  /// The first key that a query sees; both are counted from the first of their rows.
  func firstVisible(_ query: Int) -> Int { mask.firstVisible(query) }

  /// One past the last key that a query sees.
  func visibleEnd(_ query: Int) -> Int {
    switch mask {
    case .causal, .window: arrangement.end(of: query)
    case .bidirectional: keys.count
    }
  }

  /// Whether rows of these sequences can look at each other in this way.
  var isPossible: Bool {
    switch mask {
    case .causal, .window(1...): queries.count == keys.count && arrangement.context <= keys.count
    case .window: false
    case .bidirectional: queries.isEmpty || !keys.isEmpty
    }
  }

  /// What grows with the time it takes.
  var cost: Int { queries.count * keys.count }
}
