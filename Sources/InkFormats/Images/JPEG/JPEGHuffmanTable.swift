/// A prefix code of JPEG (ITU-T T.81, C and F.2.2.3): short codes are found with one look-up, longer ones by their
/// length.
struct JPEGHuffmanTable {
  static let directBits = 9

  /// Entry: length << 8 | symbol, or 0 for a longer or unused code. Indexed by the next bits, first bit highest.
  private var direct = [UInt16](repeating: 0, count: 1 << JPEGHuffmanTable.directBits)
  /// For each length one more than the largest code, or 0.
  private var limits = [Int](repeating: 0, count: 17)
  /// For each length what is added to a code to find its symbol.
  private var offsets = [Int](repeating: 0, count: 17)
  private let symbols: [UInt8]

  /// A code from the number of codes of each length and the symbols in the order of their codes; nil when there are
  /// more codes than bits can tell apart.
  init?(counts: ArraySlice<UInt8>, symbols: ArraySlice<UInt8>) {
    guard counts.count == 16, counts.reduce(0, { $0 + Int($1) }) == symbols.count, symbols.count <= 256 else {
      return nil
    }
    self.symbols = Array(symbols)
    var code = 0
    var index = 0
    for (length, count) in zip(1...16, counts) {
      offsets[length] = index - code
      for _ in 0..<count {
        guard code < 1 << length else { return nil }
        if length <= JPEGHuffmanTable.directBits {
          let spare = JPEGHuffmanTable.directBits - length
          let entry = UInt16(length) << 8 | UInt16(self.symbols[index])
          for place in code << spare..<(code + 1) << spare { direct[place] = entry }
        }
        code += 1
        index += 1
      }
      limits[length] = count > 0 ? code : 0
      code <<= 1
    }
  }

  /// The symbol at the start of 16 bits (first bit highest) and the length of its code; nil when no code fits.
  func find(_ bits: Int) -> (symbol: UInt8, length: Int)? {
    let entry = direct[bits >> (16 - JPEGHuffmanTable.directBits)]
    if entry != 0 { return (UInt8(truncatingIfNeeded: entry), Int(entry >> 8)) }
    for length in JPEGHuffmanTable.directBits + 1...16 {
      let code = bits >> (16 - length)
      if code < limits[length] { return (symbols[code + offsets[length]], length) }
    }
    return nil
  }
}
