/// What a search has found out about its states: those that fail, and what groups give.
///
/// A bounded table: when it is full, what is new takes the place of what is old. Something that was forgotten is found out
/// again, so that only time depends on the size.
struct PatternMemory {
  /// What is known of a state.
  enum Outcome: Equatable {
    case fails
    /// The state is a group that matches and ends here.
    case matches(Int)
  }

  /// No more than this many are kept, by default in 32 MiB.
  static let defaultLimit = 1 << 21
  private static let probes = 8

  /// 0 where there is none.
  private var keys: [Int] = []
  private var ends: [Int] = []
  private var count = 0
  private let limit: Int

  /// - Parameter limit: the most entries, a power of two.
  init(limit: Int) { self.limit = limit }

  /// What is known of a state by its number, which is above 0.
  func outcome(of key: Int) -> Outcome? {
    guard !keys.isEmpty else { return nil }
    var slot = home(of: key)
    for _ in 0..<Self.probes {
      if keys[slot] == key { return ends[slot] < 0 ? .fails : .matches(ends[slot]) }
      if keys[slot] == 0 { return nil }
      slot = (slot + 1) & (keys.count - 1)
    }
    return nil
  }

  mutating func record(_ outcome: Outcome, of key: Int) {
    if count * 2 >= keys.count, keys.count < limit { grow() }
    let end =
      switch outcome {
      case .fails: -1
      case .matches(let end): end
      }
    insert(key, end)
  }

  private mutating func insert(_ key: Int, _ end: Int) {
    let home = home(of: key)
    var slot = home
    for _ in 0..<Self.probes {
      if keys[slot] == key { return }
      if keys[slot] == 0 {
        count += 1
        break
      }
      slot = (slot + 1) & (keys.count - 1)
    }
    if keys[slot] != 0 { slot = home }
    keys[slot] = key
    ends[slot] = end
  }

  private mutating func grow() {
    let (oldKeys, oldEnds) = (keys, ends)
    let size = keys.isEmpty ? min(1 << 10, limit) : keys.count * 2
    keys = [Int](repeating: 0, count: size)
    ends = keys
    count = 0
    for (key, end) in zip(oldKeys, oldEnds) where key != 0 { insert(key, end) }
  }

  private func home(of key: Int) -> Int {
    // The golden ratio spreads neighbours over the table; its upper bits are the good ones.
    (key &* 0x1E37_79B9_7F4A_7C15) >> 24 & (keys.count - 1)
  }
}
