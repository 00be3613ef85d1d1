/// Numbers of the generator MT19937 (Matsumoto and Nishimura, 1998), which PyTorch draws from on a CPU.
///
/// Only for what other software draws again instead of storing it; all else here is drawn from named streams.
struct MersenneTwister {
  private static let count = 624
  private static let distance = 397

  private var state: [UInt32]
  private var next: Int

  init(seed: UInt32) {
    state = [seed]
    for index in 1..<UInt32(Self.count) {
      let last = state[state.count - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ index)
    }
    next = Self.count
  }

  /// The next 32 bits.
  mutating func bits() -> UInt32 {
    if next == Self.count { turn() }
    var value = state[next]
    next += 1
    value ^= value >> 11
    value ^= value << 7 & 0x9d2c_5680
    value ^= value << 15 & 0xefc6_0000
    return value ^ value >> 18
  }

  /// The next number from -`bound` to `bound`, of the lowest 24 bits.
  mutating func uniform(within bound: Float) -> Float {
    Float(bits() & 0xff_ffff) / 16_777_216 * (bound - -bound) + -bound
  }

  private mutating func turn() {
    for index in 0..<Self.count {
      let joined = state[index] & 0x8000_0000 | state[(index + 1) % Self.count] & 0x7fff_ffff
      let turned = joined >> 1 ^ (joined & 1 == 1 ? 0x9908_b0df : 0)
      state[index] = state[(index + Self.distance) % Self.count] ^ turned
    }
    next = 0
  }
}
