/// A 64-bit hash of contents that is the same on every machine and in every run (FNV-1a, finished by a mixer).
struct ContentHash: Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of all that was added.
  var value: UInt64 { CountedRandom.mixed(state) }

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  /// Adds text with its length, so that two texts do not run into one.
  mutating func add(_ text: String) {
    add(UInt64(text.utf8.count))
    add(text.utf8)
  }

  mutating func add(_ number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      state = (state ^ ((number >> shift) & 0xFF)) &* 0x0000_0100_0000_01B3
    }
  }
}
