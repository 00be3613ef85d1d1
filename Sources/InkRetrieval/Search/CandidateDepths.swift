/// How many candidates a search for phrases asks an index for, one time after the other, until enough of them hold the
/// phrases: some more than are wanted, then four times as many each time, up to a limit.
package struct CandidateDepths: Sequence, Sendable {
  private let first: Int
  private let limit: Int

  /// - Parameters:
  ///   - count: how many are wanted, at least 1.
  ///   - limit: the last depth.
  package init(for count: Int, atMost limit: Int) {
    first = Swift.min(Swift.max(4 * Swift.min(count, 1 << 20), 64), limit)
    self.limit = limit
  }

  package func makeIterator() -> Iterator { Iterator(first: first, limit: limit) }

  /// The depths in turn.
  package struct Iterator: IteratorProtocol, Sendable {
    private var upcoming: Int?
    private let limit: Int

    fileprivate init(first: Int, limit: Int) {
      upcoming = first
      self.limit = limit
    }

    package mutating func next() -> Int? {
      guard let depth = upcoming else { return nil }
      upcoming = depth >= limit ? nil : depth > limit / 4 ? limit : 4 * depth
      return depth
    }
  }
}
