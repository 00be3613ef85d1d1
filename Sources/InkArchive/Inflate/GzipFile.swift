/// Decompresses gzip files (RFC 1952): one member after another, each with its own header, check sum and length.
package enum GzipFile {
  private enum Flag {
    static let headerSum: UInt8 = 2
    static let extra: UInt8 = 4
    static let name: UInt8 = 8
    static let comment: UInt8 = 16
  }

  /// Whether bytes begin as a gzip file does.
  package static func isGzip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B, 8]) }

  /// The bytes that all members together stand for.
  ///
  /// - Parameter limit: the most bytes that may come out.
  /// - Throws: `damaged` for another kind of file, damaged data, a wrong length or check sum; `tooLarge` beyond the
  /// limit.
  package static func inflate(_ compressed: [UInt8], limit: Int, context: String) throws(ArchiveError) -> [UInt8] {
    var output: [UInt8] = []
    var position = 0
    repeat {
      let member = "\(context), byte \(position)"
      position = try dataStart(compressed, from: position, context: member)
      let start = output.count
      let (data, used) = try unpack(compressed, from: position, limit: limit - start, context: member)
      position += used
      let trailer = LittleEndianBytes(Array(compressed[position...].prefix(8)))
      var check = CyclicRedundancyCheck()
      check.update(data)
      guard let sum = trailer.u32(0), let size = trailer.u32(4) else {
        throw damaged(member, "a check sum and a length", "the end of the file")
      }
      guard sum == check.value, size == UInt32(truncatingIfNeeded: data.count) else {
        throw damaged(member, "data of the check sum \(sum)", "\(check.value)")
      }
      output += data
      position += 8
      // Zeros behind the last member pad a tape's block.
      if compressed[position...].allSatisfy({ $0 == 0 }) { break }
    } while position < compressed.count
    return output
  }

  private static func damaged(_ context: String, _ expected: String, _ found: String) -> ArchiveError {
    ArchiveError(.damaged, context: context, expected: expected, found: found, hint: "The file is damaged.")
  }

  /// Where the data of the member that begins at `start` begins.
  private static func dataStart(_ bytes: [UInt8], from start: Int, context: String) throws(ArchiveError) -> Int {
    guard bytes.count - start >= 18, isGzip(bytes[start...]) else {
      throw damaged(context, "a gzip member", "other bytes")
    }
    let flags = bytes[start + 3]
    var position = start + 10
    if flags & Flag.extra != 0 {
      guard let count = LittleEndianBytes(Array(bytes[position..<position + 2])).u16(0) else {
        throw damaged(context, "an extra field", "the end of the file")
      }
      position += 2 + Int(count)
    }
    for flag in [Flag.name, Flag.comment] where flags & flag != 0 {
      guard position < bytes.count, let end = bytes[position...].firstIndex(of: 0) else {
        throw damaged(context, "the end of a name", "the end of the file")
      }
      position = end + 1
    }
    if flags & Flag.headerSum != 0 { position += 2 }
    guard position <= bytes.count else { throw damaged(context, "data behind the header", "the end of the file") }
    return position
  }

  private static func unpack(
    _ bytes: [UInt8], from start: Int, limit: Int, context: String
  ) throws(ArchiveError) -> (data: [UInt8], used: Int) {
    var data: [UInt8] = []
    let used = try Inflater.inflate(
      bytes, from: start, limit: UInt64(max(0, limit)), context: context, to: { data.append(contentsOf: $0) })
    return (data, used)
  }
}
