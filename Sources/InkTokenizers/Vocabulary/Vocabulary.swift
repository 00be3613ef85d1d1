/// Tokens by id and ids by token, in flat arrays.
///
/// For a byte-level vocabulary the bytes are the ones that the token stands for, not their printable spelling.
struct Vocabulary: Sendable {
  /// The bytes of all tokens, followed by `ByteHash.padding` zeros once `seal` was called.
  private(set) var bytes: [UInt8] = []
  /// Where a token begins in `bytes`, by id.
  private(set) var starts: [UInt32] = []
  /// How long it is, by id; `absent` where the vocabulary skips an id.
  private(set) var lengths: [UInt32] = []
  /// Open addressing: high half of the hash above, id below; `UInt64.max` is free.
  private var slots: [UInt64] = []
  private var shift: UInt64 = 0
  private(set) var tokenCount = 0

  static let absent = UInt32.max

  /// Makes an empty vocabulary for `count` tokens with `byteCount` bytes in all.
  init(count: Int, idLimit: Int, byteCount: Int) {
    bytes.reserveCapacity(byteCount + ByteHash.padding)
    starts = [UInt32](repeating: 0, count: idLimit)
    lengths = [UInt32](repeating: Self.absent, count: idLimit)
    resizeSlots(for: count)
  }

  /// One more than the largest id.
  var idLimit: Int { starts.count }

  /// Below what the ids of a file have to lie: as tables are made by id, no more of them than the file has bytes.
  static func idLimit(ofFileWith byteCount: Int) -> Int { min(max(byteCount, 1024), Int(TokenID.max)) }

  /// Whether `id` names a token.
  @inline(__always)
  func contains(_ id: TokenID) -> Bool {
    id >= 0 && Int(id) < lengths.count && lengths[Int(id)] != Self.absent
  }

  /// The bytes of a token that `contains` confirmed.
  func range(of id: TokenID) -> Range<Int> {
    let start = Int(starts[Int(id)])
    return start..<start + Int(lengths[Int(id)])
  }

  /// The bytes of the longest token.
  var longest: Int { lengths.reduce(0) { $1 == Self.absent ? $0 : max($0, Int($1)) } }

  /// Stores a token under an id that is free and inside the limit.
  mutating func store(_ token: some Sequence<UInt8>, id: TokenID) {
    let start = bytes.count
    bytes.append(contentsOf: token)
    finishToken(id: id, start: start)
  }

  /// Adds one byte to the token that is being written.
  @inline(__always)
  mutating func appendByte(_ byte: UInt8) {
    bytes.append(byte)
  }

  /// Gives the bytes appended since `start` to the token `id`.
  mutating func finishToken(id: TokenID, start: Int) {
    starts[Int(id)] = UInt32(truncatingIfNeeded: start)
    lengths[Int(id)] = UInt32(truncatingIfNeeded: bytes.count - start)
    tokenCount += 1
  }

  /// Takes back the bytes appended since `start`.
  mutating func discardBytes(from start: Int) {
    bytes.removeLast(bytes.count - start)
  }

  /// Room for ids up to and including `id`.
  mutating func growToHold(_ id: TokenID) {
    let missing = Int(id) + 1 - starts.count
    guard missing > 0 else { return }
    starts.append(contentsOf: repeatElement(0, count: missing))
    lengths.append(contentsOf: repeatElement(Self.absent, count: missing))
  }

  /// Ends the writing of bytes: adds the padding that hashing needs.
  mutating func seal() {
    bytes.append(contentsOf: repeatElement(0, count: ByteHash.padding))
  }

  /// Makes the tokens of `ids` findable by their bytes; the first of two equal tokens wins.
  ///
  /// - Returns: the ids of the first pair of equal tokens, if there is one.
  mutating func index(where isFindable: (TokenID) -> Bool) -> (TokenID, TokenID)? {
    var duplicate: (TokenID, TokenID)?
    let stored = bytes
    let raw = stored.span.bytes
    for id in 0..<lengths.count where lengths[id] != Self.absent && isFindable(TokenID(id)) {
      let start = Int(starts[id])
      let count = Int(lengths[id])
      let hash = ByteHash.hash(raw, at: start, count: count)
      var slot = Int(truncatingIfNeeded: hash &>> shift)
      while true {
        let entry = slots[slot]
        if entry == .max {
          slots[slot] = (hash & 0xFFFF_FFFF) << 32 | UInt64(id)
          break
        }
        let other = Int(entry & 0xFFFF_FFFF)
        if entry >> 32 == hash & 0xFFFF_FFFF, Int(lengths[other]) == count,
          ByteHash.areEqual(raw, at: Int(starts[other]), raw, at: start, count: count)
        {
          if duplicate == nil { duplicate = (TokenID(other), TokenID(id)) }
          break
        }
        slot = (slot &+ 1) & (slots.count &- 1)
      }
    }
    return duplicate
  }

  /// The id of a token, or -1. `text` must have `ByteHash.padding` bytes after the string.
  @inline(__always)
  func find(_ text: RawSpan, at start: Int, count: Int) -> TokenID {
    let hash = ByteHash.hash(text, at: start, count: count)
    let raw = bytes.span.bytes
    let slotSpan = slots.span
    var slot = Int(truncatingIfNeeded: hash &>> shift)
    while true {
      let entry = slotSpan[slot]
      if entry == .max { return -1 }
      let id = Int(entry & 0xFFFF_FFFF)
      if entry >> 32 == hash & 0xFFFF_FFFF, Int(lengths[id]) == count,
        ByteHash.areEqual(raw, at: Int(starts[id]), text, at: start, count: count)
      {
        return TokenID(id)
      }
      slot = (slot &+ 1) & (slotSpan.count &- 1)
    }
  }

  /// The id of a token given as any bytes, or nil.
  func id(of token: some Collection<UInt8>) -> TokenID? {
    var padded = Array(token)
    let count = padded.count
    padded.append(contentsOf: repeatElement(0, count: ByteHash.padding))
    let id = find(padded.span.bytes, at: 0, count: count)
    return id < 0 ? nil : id
  }

  /// Whether a token holds exactly the given bytes (with padding behind them).
  @inline(__always)
  func token(_ id: Int, equals text: RawSpan, at start: Int, count: Int) -> Bool {
    guard id < lengths.count, Int(lengths[id]) == count else { return false }
    return ByteHash.areEqual(bytes.span.bytes, at: Int(starts[id]), text, at: start, count: count)
  }

  private mutating func resizeSlots(for count: Int) {
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    slots = [UInt64](repeating: .max, count: capacity)
    shift = UInt64(64 - capacity.trailingZeroBitCount)
  }
}
