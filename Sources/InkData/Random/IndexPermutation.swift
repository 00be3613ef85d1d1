/// A random order of `0 ..< count` that takes no memory: each place is computed by itself.
///
/// It is a balanced Feistel network over the smallest square power of two that holds the range, with numbers outside the
/// range encrypted again until they fall inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA
/// 2002). A Feistel network is invertible whatever its round function, so the order holds every index exactly once.
public struct IndexPermutation: Sendable, Hashable {
  /// How many indices there are.
  public let count: Int
  private let halfBits: UInt64
  private let keys: [UInt64]

  private static let rounds: UInt64 = 8

  /// The order that random numbers give.
  public init(count: Int, random: CountedRandom) {
    self.count = max(count, 0)
    let bits = UInt64(Int.bitWidth - max(self.count - 1, 0).leadingZeroBitCount)
    halfBits = max((bits + 1) / 2, 1)
    keys = (0..<Self.rounds).map(random.bits(at:))
  }

  /// The index that stands at a place; a place outside the range stands for itself.
  public subscript(place: Int) -> Int {
    guard place >= 0, place < count else { return place }
    var value = UInt64(place)
    repeat { value = encrypted(value) } while value >= UInt64(count)
    return Int(value)
  }

  private func encrypted(_ value: UInt64) -> UInt64 {
    let mask = (UInt64(1) << halfBits) &- 1
    var left = value >> halfBits
    var right = value & mask
    for key in keys {
      let next = left ^ (CountedRandom.mixed(right &+ key) & mask)
      left = right
      right = next
    }
    return left << halfBits | right
  }
}
