/// A canonical prefix code of DEFLATE (RFC 1951, 3.2.2): codes up to `directBits` long are found with one look-up,
/// longer ones bit by bit.
struct HuffmanTable {
  static let directBits = 10
  static let longest = 15

  /// Entry: symbol << 4 | length, or 0 for a longer or unused code. Indexed by the next bits, first bit lowest.
  private(set) var direct: [UInt16]
  /// How many codes have each length.
  private var counts: [Int]
  /// Symbols in the order of their codes.
  private var symbols: [UInt16]

  /// What is wrong with a set of lengths.
  enum Fault: Error { case oversubscribed, incomplete }

  /// An empty table, filled by `rebuild`.
  init() {
    direct = [UInt16](repeating: 0, count: 1 << HuffmanTable.directBits)
    counts = [Int](repeating: 0, count: HuffmanTable.longest + 1)
    symbols = []
  }

  /// Builds the code from one length per symbol (0: unused). A single code may leave its sibling unused, as compressors
  /// write it for distances.
  mutating func rebuild(lengths: ArraySlice<UInt8>) throws(Fault) {
    for index in counts.indices { counts[index] = 0 }
    for length in lengths { counts[Int(length)] += 1 }
    let used = lengths.count - counts[0]
    counts[0] = 0
    var open = 1
    for length in 1...HuffmanTable.longest {
      open = open * 2 - counts[length]
      guard open >= 0 else { throw .oversubscribed }
    }
    guard open == 0 || used <= 1 else { throw .incomplete }

    var next = [Int](repeating: 0, count: HuffmanTable.longest + 2)
    var code = [Int](repeating: 0, count: HuffmanTable.longest + 2)
    for length in 1...HuffmanTable.longest {
      next[length + 1] = next[length] + counts[length]
      code[length + 1] = (code[length] + counts[length]) << 1
    }
    symbols = [UInt16](repeating: 0, count: used)
    for index in direct.indices { direct[index] = 0 }
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let bits = Int(length)
      symbols[next[bits]] = UInt16(symbol)
      next[bits] += 1
      if bits <= HuffmanTable.directBits {
        var place = HuffmanTable.reversed(code[bits], bits)
        while place < direct.count {
          direct[place] = UInt16(symbol) << 4 | UInt16(bits)
          place += 1 << bits
        }
      }
      code[bits] += 1
    }
  }

  private static func reversed(_ code: Int, _ bits: Int) -> Int {
    var code = code
    var result = 0
    for _ in 0..<bits {
      result = result << 1 | code & 1
      code >>= 1
    }
    return result
  }

  /// Finds a code that is not in the direct table, in `bits` (first bit lowest). Nil when no code fits.
  func slow(_ bits: UInt64) -> (symbol: Int, length: Int)? {
    var code = 0
    var first = 0
    var index = 0
    for length in 1...HuffmanTable.longest {
      code |= Int(bits >> UInt64(length - 1) & 1)
      let count = counts[length]
      if code - first < count { return (Int(symbols[index + code - first]), length) }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return nil
  }
}
