/// Random numbers that are pure functions of what they are for and of a count.
///
/// The generator is SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). Its
/// starting point is a hash of the seed, the purpose and the coordinates (source, epoch, record and so on), so there is
/// no hidden state: a resumed run that knows where it is draws the same numbers, and any number can be read without
/// drawing those before it.
///
/// ```swift
/// let random = CountedRandom(seed: 7, for: .masking, 0, 3, 1_024)   // source 0, epoch 3, record 1,024
/// let first = random.uniform(at: 0)
/// ```
public struct CountedRandom: Sendable, Hashable, RandomNumberGenerator {
  /// What numbers are for; those of one purpose tell nothing about those of another.
  public enum Purpose: UInt64, Sendable, Hashable, CaseIterable {
    /// Which source the next example comes from.
    case mixing = 1
    /// The order of a source's records in an epoch.
    case order = 2
    /// Which records are held out for validation.
    case split = 3
    /// Which words are masked, and by what.
    case masking = 4
    /// Which spans are taken out.
    case spans = 5
    /// Where a prefix ends.
    case prefix = 6
    /// The order of rows in a window.
    case rows = 7
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private let start: UInt64
  /// The count of the next number that `next()` returns.
  public var position: UInt64 = 0

  /// A stream of its own for a seed, a purpose and coordinates.
  public init(seed: UInt64, for purpose: Purpose, _ coordinates: UInt64...) {
    var state = Self.mixed(seed &+ Self.increment)
    state = Self.mixed(state ^ (purpose.rawValue &* Self.increment))
    for coordinate in coordinates { state = Self.mixed(state &+ Self.increment ^ Self.mixed(coordinate &+ 1)) }
    start = state
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let value = bits(at: position)
    position &+= 1
    return value
  }

  /// The 64 bits at a position.
  public func bits(at index: UInt64) -> UInt64 { Self.mixed(start &+ (index &+ 1) &* Self.increment) }

  /// A number in `0 ..< 1` with 53 random bits.
  public func uniform(at index: UInt64) -> Double { Double(bits(at: index) >> 11) * 0x1p-53 }

  /// The next number in `0 ..< 1`.
  public mutating func nextUniform() -> Double {
    let value = uniform(at: position)
    position &+= 1
    return value
  }

  /// The next whole number in `0 ..< bound`, which is 0 for a bound below 2.
  public mutating func nextInteger(below bound: Int) -> Int {
    let bits = next()
    return bound < 2 ? 0 : Int(bits.multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The first numbers of plain SplitMix64, whose starting point is the seed itself.
  package static func reference(seed: UInt64, count: UInt64) -> [UInt64] {
    (1...max(count, 1)).map { mixed(seed &+ $0 &* increment) }
  }

  /// The finisher of SplitMix64: every bit of the result depends on every bit given.
  static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
