/// Tokens of short pieces met before, direct-mapped.
///
/// A cache holds only what the model would compute again, so results do not depend on it. The key is the piece itself
/// (up to 15 bytes and its length in two words), hence a hit needs no further comparison.
struct PieceCache: Sendable {
  /// The longest piece that is kept.
  static let longestPiece = 15
  private static let slotBits: UInt64 = 14
  private static let wordsPerSlot = 3
  private static let longResult: UInt64 = 15
  private static let overflowLimit = 1 << 17

  /// Key low, key high, packed tokens: their number in the top four bits, then up to three ids of 20 bits.
  private var words = [UInt64](repeating: 0, count: (1 << Int(slotBits)) * wordsPerSlot)
  private var overflow: [TokenID] = []

  struct Key {
    var low: UInt64
    var high: UInt64
    var index: Int
  }

  /// The key of a piece of 1 to 15 bytes, with padding behind it.
  @inline(__always)
  static func key(_ text: RawSpan, at start: Int, count: Int) -> Key {
    let low = ByteHash.word(text, at: start, keeping: count)
    let tail = count > 8 ? ByteHash.word(text, at: start &+ 8, keeping: count &- 8) : 0
    let high = tail | UInt64(truncatingIfNeeded: count) << 56
    var hash = (low ^ (high &* 0xD6E8_FEB8_6659_FD93)) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ (hash >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return Key(low: low, high: high, index: Int(truncatingIfNeeded: hash &>> (64 &- slotBits)) &* wordsPerSlot)
  }

  /// Appends the tokens of the piece to `ids` if they are known.
  @inline(__always)
  func append(_ key: Key, to ids: inout [TokenID]) -> Bool {
    let span = words.span
    // The index is below the number of slots by construction of the hash.
    guard span[unchecked: key.index] == key.low, span[unchecked: key.index &+ 1] == key.high else { return false }
    let value = span[unchecked: key.index &+ 2]
    let count = value >> 60
    if count == Self.longResult {
      let start = Int(value & 0xFFFF_FFFF)
      ids.append(contentsOf: overflow[start..<start + Int(value >> 32 & 0xFF)])
      return true
    }
    if count > 0 { ids.append(TokenID(truncatingIfNeeded: value & 0xF_FFFF)) }
    if count > 1 { ids.append(TokenID(truncatingIfNeeded: value >> 20 & 0xF_FFFF)) }
    if count > 2 { ids.append(TokenID(truncatingIfNeeded: value >> 40 & 0xF_FFFF)) }
    return true
  }

  /// Remembers the tokens of a piece.
  mutating func store(_ key: Key, _ tokens: ArraySlice<TokenID>) {
    var value: UInt64 = 0
    if tokens.count <= 3, tokens.allSatisfy({ $0 < 1 << 20 }) {
      for id in tokens.reversed() { value = value << 20 | UInt64(UInt32(bitPattern: id)) }
      value |= UInt64(tokens.count) << 60
    } else {
      if overflow.count + tokens.count > Self.overflowLimit { removeAll() }
      value = Self.longResult << 60 | UInt64(tokens.count) << 32 | UInt64(overflow.count)
      overflow.append(contentsOf: tokens)
    }
    words[key.index] = key.low
    words[key.index + 1] = key.high
    words[key.index + 2] = value
  }

  private mutating func removeAll() {
    overflow.removeAll(keepingCapacity: true)
    for index in words.indices { words[index] = 0 }
  }
}
