import InkArchive

/// How a stream of a PDF file is packed (ISO 32000-1, 7.4), as far as text is.
enum PDFFilter {
  case flate
  case lempelZivWelch
  case ascii85
  case asciiHexadecimal
  case runLength
  case none

  /// The filter of a name, in full or short; nil for those of pictures.
  init?(_ name: String) {
    switch name {
    case "FlateDecode", "Fl": self = .flate
    case "LZWDecode", "LZW": self = .lempelZivWelch
    case "ASCII85Decode", "A85": self = .ascii85
    case "ASCIIHexDecode", "AHx": self = .asciiHexadecimal
    case "RunLengthDecode", "RL": self = .runLength
    case "Crypt": self = .none
    default: return nil
    }
  }

  /// What comes out; nil when it is more than `limit` bytes. Damaged data gives what comes before the damage.
  func decode(_ data: [UInt8], parameters: [String: Int], limit: Int) -> [UInt8]? {
    guard limit >= 0 else { return nil }
    switch self {
    case .none: return data
    case .flate:
      // Some writers leave the two bytes of the zlib header out.
      let hasHeader = data.count > 1 && data[0] & 0x0F == 8 && (Int(data[0]) << 8 | Int(data[1])) % 31 == 0
      guard let unpacked = Inflater.salvage(data, from: hasHeader ? 2 : 0, limit: UInt64(limit)) else { return nil }
      return PDFPredictor(parameters)?.decode(unpacked) ?? unpacked
    case .lempelZivWelch:
      guard let unpacked = PDFFilter.decodeLZW(data, early: parameters["EarlyChange"] != 0, limit: limit) else {
        return nil
      }
      return PDFPredictor(parameters)?.decode(unpacked) ?? unpacked
    case .ascii85: return PDFFilter.decodeASCII85(data)
    case .asciiHexadecimal: return PDFFilter.decodeHexadecimal(data)
    case .runLength: return PDFFilter.decodeRuns(data, limit: limit)
    }
  }

  private static func decodeASCII85(_ data: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var group: [UInt32] = []
    func write(_ digits: [UInt32], _ count: Int) {
      let value = digits.reduce(UInt32(0)) { $0 &* 85 &+ $1 }
      for index in 0..<count { result.append(UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))) }
    }
    for byte in data {
      if byte == UInt8(ascii: "~") { break }
      if byte == UInt8(ascii: "z"), group.isEmpty { result.append(contentsOf: [0, 0, 0, 0]) }
      guard byte >= 0x21, byte <= 0x75 else { continue }
      group.append(UInt32(byte - 0x21))
      if group.count == 5 {
        write(group, 4)
        group.removeAll(keepingCapacity: true)
      }
    }
    if group.count > 1 { write(group + [UInt32](repeating: 84, count: 5 - group.count), group.count - 1) }
    return result
  }

  private static func decodeHexadecimal(_ data: [UInt8]) -> [UInt8] {
    let digits = data.prefix { $0 != UInt8(ascii: ">") }.compactMap(PDFLexer.hexadecimal)
    return stride(from: 0, to: digits.count, by: 2).map { index in
      digits[index] << 4 | (index + 1 < digits.count ? digits[index + 1] : 0)
    }
  }

  private static func decodeRuns(_ data: [UInt8], limit: Int) -> [UInt8]? {
    var result: [UInt8] = []
    var index = 0
    while index < data.count, data[index] != 128 {
      let length = Int(data[index])
      index += 1
      if length < 128 {
        result.append(contentsOf: data[index..<min(index + length + 1, data.count)])
        index += length + 1
      } else if index < data.count {
        result.append(contentsOf: repeatElement(data[index], count: 257 - length))
        index += 1
      }
      guard result.count <= limit else { return nil }
    }
    return result
  }

  /// Variable-length codes of 9 to 12 bits (ISO 32000-1, 7.4.4).
  private static func decodeLZW(_ data: [UInt8], early: Bool, limit: Int) -> [UInt8]? {
    var result: [UInt8] = []
    /// Where each sequence of the table lies in the result.
    var table: [Range<Int>] = []
    var width = 9
    var bits = 0
    var bitCount = 0
    var previous: Range<Int>?
    for byte in data {
      bits = (bits << 8 | Int(byte)) & 0xFF_FFFF
      bitCount += 8
      guard bitCount >= width else { continue }
      bitCount -= width
      let code = bits >> bitCount & (1 << width - 1)
      if code == 257 { break }
      if code == 256 {
        (table, width, previous) = ([], 9, nil)
        continue
      }
      let start = result.count
      if code < 256 {
        result.append(UInt8(code))
      } else if code - 258 < table.count {
        for index in table[code - 258] { result.append(result[index]) }
      } else if let previous, code - 258 == table.count {
        for index in previous { result.append(result[index]) }
        result.append(result[previous.lowerBound])
      } else {
        break
      }
      guard result.count <= limit else { return nil }
      // The last sequence and the first byte of this one, which follows it in the result.
      if let previous, table.count < 4096 - 258 { table.append(previous.lowerBound..<previous.upperBound + 1) }
      previous = start..<result.count
      let next = table.count + 258 + (early ? 1 : 0) + 1
      width = next > 2048 ? 12 : next > 1024 ? 11 : next > 512 ? 10 : 9
    }
    return result
  }
}
