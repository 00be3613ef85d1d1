/// Decompresses a zlib stream (RFC 1950): two bytes of header, DEFLATE data, and a check sum of what comes out.
package enum ZlibStream {
  /// Bytes at the end of the input that are handed over one by one, so that the place where the data ends is known: the
  /// check sum follows it.
  private static let tail = 64

  /// The bytes that `compressed` stands for.
  ///
  /// - Parameter limit: the most bytes that may come out.
  /// - Throws: `damaged` for another kind of stream, damaged data, more than `limit` bytes or a wrong check sum.
  package static func inflate(
    _ compressed: [UInt8], limit: Int, context: String
  ) throws(ArchiveError) -> [UInt8] {
    func damaged(_ expected: String, _ found: String) -> ArchiveError {
      ArchiveError(.damaged, context: context, expected: expected, found: found, hint: "The file is damaged.")
    }
    guard compressed.count > 6, compressed[0] & 0x0f == 8, compressed[0] >> 4 <= 7,
      (Int(compressed[0]) << 8 | Int(compressed[1])) % 31 == 0
    else { throw damaged("a zlib stream", "another header") }
    guard compressed[1] & 0x20 == 0 else { throw damaged("a stream of its own", "one that needs a dictionary") }
    var position = 2
    let tailStart = max(2, compressed.count - tail)
    var output: [UInt8] = []
    do {
      try Inflater.inflate(
        context: context, limit: UInt64(max(limit, 0)),
        from: {
          guard position < compressed.count else { return [] }
          let end = position < tailStart ? tailStart : position + 1
          defer { position = end }
          return Array(compressed[position..<end])
        }, to: { output.append(contentsOf: $0) })
    } catch {
      throw error.code == .damaged ? damaged(error.expected, error.found) : error
    }
    guard position > tailStart || tailStart == 2, position + 4 <= compressed.count else {
      throw damaged("a check sum after the data", "\(compressed.count - position) bytes")
    }
    let stored = compressed[position..<position + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard stored == adler32(output) else { throw damaged("data of the check sum \(stored)", "\(adler32(output))") }
    return output
  }

  /// The check sum of RFC 1950.
  package static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var low: UInt32 = 1
    var high: UInt32 = 0
    let data = bytes.span
    var index = 0
    while index < data.count {
      // So many sums of bytes fit 32 bits before the remainder has to be taken.
      let end = min(index + 5552, data.count)
      while index < end {
        low &+= UInt32(data[index])
        high &+= low
        index += 1
      }
      low %= 65_521
      high %= 65_521
    }
    return high << 16 | low
  }
}
