/// A named stream of random numbers whose every number is a pure function of seed, name, step and position.
///
/// The generator is Philox4x32 with ten rounds (Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as
/// 1, 2, 3", SC 2011). The seed is the 64-bit key; the upper half of the 128-bit counter is a hash of the name and
/// the step, the lower half is the block number. There is no hidden state: a resumed run that knows its position
/// draws the same numbers, and any position can be read without drawing the ones before it.
///
/// ```swift
/// var stream = RandomStream(seed: 7, name: "sampling")
/// let first = stream.nextUniform()
/// let same = RandomStream(seed: 7, name: "sampling").uniform(at: 0)   // == first
/// ```
public struct RandomStream: Sendable, Hashable, RandomNumberGenerator {
  private let key: SIMD2<UInt32>
  private let streamIdentifier: UInt64

  /// Index of the next 64-bit number that `next()` returns; setting it moves the stream.
  public var position: UInt64

  /// A stream that starts at position 0.
  ///
  /// - Parameters:
  ///   - seed: the run's or request's seed.
  ///   - name: what the numbers are for, such as "dropout" or "sampling"; streams with other names are independent.
  ///   - step: number of the training step or of the answer; streams of other steps are independent.
  public init(seed: UInt64, name: String, step: UInt64 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    // FNV-1a over the name's bytes and the step's eight bytes; Philox itself does the mixing.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      hash = (hash ^ ((step >> shift) & 0xFF)) &* 0x0000_0100_0000_01B3
    }
    streamIdentifier = hash
    position = 0
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let value = bits(at: position)
    position &+= 1
    return value
  }

  /// The 64 random bits at a position, whatever was drawn before.
  public func bits(at index: UInt64) -> UInt64 {
    let pair = bits(ofBlock: index >> 1)
    return index & 1 == 0 ? pair.first : pair.second
  }

  /// The random bits at two positions, twice `block` and behind it, at the cost of one.
  func bits(ofBlock block: UInt64) -> (first: UInt64, second: UInt64) {
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
      UInt32(truncatingIfNeeded: streamIdentifier), UInt32(truncatingIfNeeded: streamIdentifier >> 32))
    let words = Self.philox(counter: counter, key: key)
    return (UInt64(words[0]) | UInt64(words[1]) << 32, UInt64(words[2]) | UInt64(words[3]) << 32)
  }

  /// The next number, uniform in `0 ..< 1` with 53 random bits.
  public mutating func nextUniform() -> Double {
    let value = uniform(at: position)
    position &+= 1
    return value
  }

  /// The number at a position, uniform in `0 ..< 1` with 53 random bits.
  public func uniform(at index: UInt64) -> Double {
    Self.uniform(bits(at: index))
  }

  /// The number in `0 ..< 1` that 64 random bits stand for.
  static func uniform(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

  /// One block of Philox4x32-10: 128 random bits from a 128-bit counter and a 64-bit key.
  ///
  /// - Parameters:
  ///   - counter: four words, least significant first, as in the paper's reference vectors.
  ///   - key: two words, least significant first.
  public static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = counter[0].multipliedFullWidth(by: 0xD251_1F53)
      let second = counter[2].multipliedFullWidth(by: 0xCD9E_8D57)
      counter = SIMD4(
        second.high ^ counter[1] ^ key[0], second.low,
        first.high ^ counter[3] ^ key[1], first.low)
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }
}
