/// Which tokens of a vocabulary may come next, one bit for each id.
public struct TokenMask: Sendable, Equatable {
  /// Token `i` is bit `i % 64` of word `i / 64`. Bits beyond the vocabulary are 0.
  public package(set) var words: [UInt64]
  /// One more than the largest id of the vocabulary. A model's rows beyond are never permitted.
  public let vocabularySize: Int

  /// A mask that permits nothing.
  package init(vocabularySize: Int) {
    self.vocabularySize = vocabularySize
    words = [UInt64](repeating: 0, count: (vocabularySize + 63) / 64)
  }

  /// Whether a token may come next.
  @inlinable
  public func contains(_ id: TokenID) -> Bool {
    guard id >= 0, Int(id) < vocabularySize else { return false }
    return words[Int(id) >> 6] >> UInt64(id & 63) & 1 != 0
  }

  /// How many tokens may come next.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether no token may come next.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// The permitted ids in ascending order.
  public var ids: [TokenID] {
    var ids: [TokenID] = []
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        ids.append(TokenID(index << 6 | rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return ids
  }

  @inline(__always)
  mutating func insert(_ id: TokenID) { words[Int(id) >> 6] |= 1 << UInt64(id & 63) }

  mutating func remove(_ id: TokenID) {
    guard contains(id) else { return }
    words[Int(id) >> 6] &= ~(1 << UInt64(id & 63))
  }
}
