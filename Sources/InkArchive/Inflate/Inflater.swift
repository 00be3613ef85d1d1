/// Decompresses DEFLATE data (RFC 1951) as a stream: input comes in pieces from `read`, output goes in pieces to
/// `write`, and memory stays below half a megabyte whatever the sizes are.
package struct Inflater {
  /// Returns the next piece of compressed data; empty at its end.
  package typealias Reader = () throws(ArchiveError) -> [UInt8]
  /// Takes the next piece of decompressed data.
  package typealias Writer = ([UInt8]) throws(ArchiveError) -> Void

  private static let window = 32 * 1024
  private static let capacity = 256 * 1024
  /// The longest match; room for one is kept free at the end of the output.
  private static let longestMatch = 258

  // Lengths 257...285 and distances 0...29 (RFC 1951, 3.2.5).
  private static let lengthBase: [UInt16] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthExtra: [UInt8] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase: [UInt16] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193,
    12289, 16385, 24577,
  ]
  private static let distanceExtra: [UInt8] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
  private static let codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private let context: String
  private let limit: UInt64
  private let read: Reader
  private let write: Writer

  private var input: [UInt8] = []
  private var inputIndex = 0
  private var bits: UInt64 = 0
  private var bitCount = 0

  private var output = [UInt8](repeating: 0, count: Inflater.capacity)
  private var outputIndex = 0
  /// Output before this index has been written.
  private var written = 0
  private var total: UInt64 = 0

  private var literals = HuffmanTable()
  private var distances = HuffmanTable()

  /// Decompresses all of `read` into `write` and returns the number of bytes. `limit` bounds it; `context` names the
  /// data in errors.
  @discardableResult
  package static func inflate(
    context: String, limit: UInt64, from read: Reader, to write: Writer
  ) throws(ArchiveError) -> UInt64 {
    try withoutActuallyEscaping(read) { (read) throws(ArchiveError) in
      try withoutActuallyEscaping(write) { (write) throws(ArchiveError) in
        var inflater = Inflater(context: context, limit: limit, read: read, write: write)
        return try inflater.run()
      }
    }
  }

  /// Decompresses data that lies in `bytes` from `start` on and returns how many of them it takes.
  package static func inflate(
    _ bytes: [UInt8], from start: Int, limit: UInt64, context: String, to write: Writer
  ) throws(ArchiveError) -> Int {
    try withoutActuallyEscaping(write) { (write) throws(ArchiveError) in
      var position = start
      var inflater = Inflater(
        context: context, limit: limit,
        read: {
          let end = min(position + capacity, bytes.count)
          defer { position = end }
          return position < end ? Array(bytes[position..<end]) : []
        }, write: write)
      try inflater.run()
      // Whole bytes that were read ahead of the last code were not needed.
      return position - start - (inflater.input.count - inflater.inputIndex) - inflater.bitCount / 8
    }
  }

  /// Decompresses what can be of data that lies in `bytes` from `start` on: what comes before a damaged place or before
  /// the end of data that were cut off. Nil when more than `limit` bytes come out.
  package static func salvage(_ bytes: [UInt8], from start: Int, limit: UInt64) -> [UInt8]? {
    var output: [UInt8] = []
    var position = start
    return withoutActuallyEscaping({ (piece: [UInt8]) throws(ArchiveError) in output += piece }) { write in
      var inflater = Inflater(
        context: "", limit: limit,
        read: {
          let end = min(position + capacity, bytes.count)
          defer { position = end }
          return position < end ? Array(bytes[position..<end]) : []
        }, write: write)
      do throws(ArchiveError) { try inflater.run() } catch {
        if error.code == .tooLarge { return nil }
        do throws(ArchiveError) { try inflater.flush() } catch { return nil }
      }
      return output
    }
  }

  private init(context: String, limit: UInt64, read: @escaping Reader, write: @escaping Writer) {
    self.context = context
    self.limit = limit
    self.read = read
    self.write = write
  }

  @discardableResult
  private mutating func run() throws(ArchiveError) -> UInt64 {
    var last = false
    while !last {
      last = try take(1) == 1
      switch try take(2) {
      case 0: try copyStored()
      case 1:
        try buildFixed()
        try decodeBlock()
      case 2:
        try buildDynamic()
        try decodeBlock()
      default: throw damaged("block type 3 does not exist")
      }
    }
    try flush()
    return total
  }

  private func damaged(_ found: String) -> ArchiveError {
    ArchiveError(
      .damaged, context: context, expected: "whole compressed data", found: found,
      hint: "The archive is damaged; remove it and fetch it again")
  }

  // MARK: Bits

  /// Makes at least `count` (up to 48) bits available.
  private mutating func need(_ count: Int) throws(ArchiveError) {
    while bitCount < count {
      if inputIndex == input.count {
        input = try read()
        inputIndex = 0
        guard !input.isEmpty else { throw damaged("its end in the middle of a block") }
      }
      bits |= UInt64(input[inputIndex]) << UInt64(bitCount)
      inputIndex += 1
      bitCount += 8
    }
  }

  private mutating func take(_ count: Int) throws(ArchiveError) -> Int {
    if count == 0 { return 0 }
    try need(count)
    let value = Int(bits & (1 << UInt64(count) - 1))
    bits >>= UInt64(count)
    bitCount -= count
    return value
  }

  // MARK: Output

  private mutating func flush() throws(ArchiveError) {
    guard outputIndex > written else { return }
    total += UInt64(outputIndex - written)
    guard total <= limit else {
      throw ArchiveError(
        .tooLarge, context: context, expected: "at most \(limit) bytes",
        found: "more than the announced \(limit) bytes", hint: "The data is damaged, or made to fill memory.")
    }
    try write(Array(output[written..<outputIndex]))
    written = outputIndex
  }

  /// Writes what is there and keeps the last 32 KiB for matches.
  private mutating func makeRoom() throws(ArchiveError) {
    try flush()
    let kept = min(outputIndex, Inflater.window)
    let start = outputIndex - kept
    for index in 0..<kept { output[index] = output[start + index] }
    outputIndex = kept
    written = kept
  }

  // MARK: Blocks

  private mutating func copyStored() throws(ArchiveError) {
    _ = try take(bitCount & 7)
    var left = try take(16)
    guard try take(16) == left ^ 0xFFFF else { throw damaged("a stored block whose two lengths differ") }
    while left > 0 {
      if outputIndex == output.count { try makeRoom() }
      output[outputIndex] = UInt8(try take(8))
      outputIndex += 1
      left -= 1
    }
  }

  private mutating func buildFixed() throws(ArchiveError) {
    let lengths =
      [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
      + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8)
    try rebuild(lengths[...], distances: [UInt8](repeating: 5, count: 32)[...])
  }

  private mutating func buildDynamic() throws(ArchiveError) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let codeCount = try take(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw damaged("too many code lengths") }
    var codeLengths = [UInt8](repeating: 0, count: 19)
    for place in Inflater.codeLengthOrder.prefix(codeCount) { codeLengths[place] = UInt8(try take(3)) }
    var codes = HuffmanTable()
    do throws(HuffmanTable.Fault) { try codes.rebuild(lengths: codeLengths[...]) } catch {
      throw damaged("a code for code lengths that is \(error)")
    }
    var lengths: [UInt8] = []
    lengths.reserveCapacity(literalCount + distanceCount)
    while lengths.count < literalCount + distanceCount {
      let symbol = try takeSymbol(codes)
      let (value, times): (UInt8, Int) =
        switch symbol {
        case 0..<16: (UInt8(symbol), 1)
        case 16: (lengths.last ?? 255, try take(2) + 3)
        case 17: (0, try take(3) + 3)
        default: (0, try take(7) + 11)
        }
      guard value != 255 else { throw damaged("a repeated code length with none before it") }
      guard lengths.count + times <= literalCount + distanceCount else { throw damaged("too many code lengths") }
      lengths.append(contentsOf: repeatElement(value, count: times))
    }
    guard lengths[256] > 0 else { throw damaged("a block without an end") }
    try rebuild(lengths[..<literalCount], distances: lengths[literalCount...])
  }

  private mutating func rebuild(
    _ literal: ArraySlice<UInt8>, distances distance: ArraySlice<UInt8>
  ) throws(ArchiveError) {
    do throws(HuffmanTable.Fault) {
      try literals.rebuild(lengths: literal)
      try distances.rebuild(lengths: distance)
    } catch {
      throw damaged("a code that is \(error)")
    }
  }

  /// One symbol, careful at the end of the input: a code may be shorter than the bits a look-up uses.
  private mutating func takeSymbol(_ table: HuffmanTable) throws(ArchiveError) -> Int {
    while true {
      let entry = table.direct[Int(bits & (1 << UInt64(HuffmanTable.directBits) - 1))]
      let length = Int(entry & 15)
      if length > 0, length <= bitCount {
        bits >>= UInt64(length)
        bitCount -= length
        return Int(entry >> 4)
      }
      if length == 0, let found = table.slow(bits), found.length <= bitCount {
        bits >>= UInt64(found.length)
        bitCount -= found.length
        return found.symbol
      }
      guard bitCount < HuffmanTable.longest else { throw damaged("a code that does not exist") }
      try need(bitCount + 8)
    }
  }

  private mutating func decodeBlock() throws(ArchiveError) {
    while true {
      if outputIndex + Inflater.longestMatch > output.count { try makeRoom() }
      if try decodeFast() { return }
      // Near the ends of the input piece: one symbol with all checks.
      if outputIndex + Inflater.longestMatch > output.count { continue }
      let symbol = try takeSymbol(literals)
      if symbol < 256 {
        output[outputIndex] = UInt8(symbol)
        outputIndex += 1
      } else if symbol == 256 {
        return
      } else {
        try copyMatch(symbol)
      }
    }
  }

  private mutating func copyMatch(_ symbol: Int) throws(ArchiveError) {
    let place = symbol - 257
    guard place < Inflater.lengthBase.count else { throw damaged("a length code that does not exist") }
    let length = Int(Inflater.lengthBase[place]) + (try take(Int(Inflater.lengthExtra[place])))
    let code = try takeSymbol(distances)
    guard code < Inflater.distanceBase.count else { throw damaged("a distance code that does not exist") }
    let distance = Int(Inflater.distanceBase[code]) + (try take(Int(Inflater.distanceExtra[code])))
    guard distance <= outputIndex else { throw damaged("a match before the beginning") }
    for index in outputIndex..<outputIndex + length { output[index] = output[index - distance] }
    outputIndex += length
  }

  /// The match that a length symbol begins, and how many bits follow the symbol; nil when its distance needs more care.
  @inline(__always)
  private static func match(
    _ following: UInt64, _ symbol: Int, _ distances: Span<UInt16>
  ) -> (count: Int, distance: Int, bits: Int)? {
    let place = symbol - 257
    guard place < lengthBase.count else { return nil }
    let extra = Int(lengthExtra[place])
    let count = Int(lengthBase[place]) + Int(truncatingIfNeeded: following & (1 << UInt64(extra) - 1))
    var rest = following >> UInt64(extra)
    let entry = distances[Int(truncatingIfNeeded: rest & (1 << UInt64(HuffmanTable.directBits) - 1))]
    let length = Int(entry & 15)
    let code = Int(entry >> 4)
    guard length > 0, code < distanceBase.count else { return nil }
    rest >>= UInt64(length)
    let more = Int(distanceExtra[code])
    let distance = Int(distanceBase[code]) + Int(truncatingIfNeeded: rest & (1 << UInt64(more) - 1))
    return (count, distance, extra + length + more)
  }

  /// Decodes while input and output have room for whole symbols, with the state in local variables; returns whether the
  /// block ended. Everything unusual is left to `decodeBlock`, which meets the same symbol again.
  private mutating func decodeFast() throws(ArchiveError) -> Bool {
    var bits = self.bits
    var bitCount = self.bitCount
    var inputIndex = self.inputIndex
    var outputIndex = self.outputIndex
    var ended = false
    // Taken out of `self`, so that its elements are reached without a check for other owners at every step.
    var output: [UInt8] = []
    swap(&output, &self.output)
    let input = self.input
    let literalCodes = literals.direct
    let distanceCodes = distances.direct
    let literalTable = literalCodes.span
    let distanceTable = distanceCodes.span
    let source = input.span
    var target = output.mutableSpan
    let mask = UInt64(1) << UInt64(HuffmanTable.directBits) - 1
    let lastInput = source.count - 8
    let lastOutput = target.count - Inflater.longestMatch - 2

    while inputIndex <= lastInput, outputIndex <= lastOutput {
      Inflater.fill(&bits, &bitCount, from: source, &inputIndex)
      var entry = literalTable[Int(truncatingIfNeeded: bits & mask)]
      // Literals are the most common case in weights: up to three from one filling.
      var room = 3
      while room > 0, entry & 15 != 0, entry < 256 << 4 {
        target[outputIndex] = UInt8(truncatingIfNeeded: entry >> 4)
        outputIndex &+= 1
        bits >>= UInt64(entry & 15)
        bitCount &-= Int(entry & 15)
        room &-= 1
        entry = literalTable[Int(truncatingIfNeeded: bits & mask)]
      }
      if room < 3 { continue }
      let length = Int(entry & 15)
      guard length > 0 else { break }
      let symbol = Int(entry >> 4)
      if symbol == 256 {
        bits >>= UInt64(length)
        bitCount &-= length
        ended = true
        break
      }
      guard let match = Inflater.match(bits >> UInt64(length), symbol, distanceTable), match.distance <= outputIndex
      else { break }
      bits >>= UInt64(length &+ match.bits)
      bitCount &-= length &+ match.bits
      Inflater.copy(match.count, from: match.distance, to: &outputIndex, &target)
    }
    swap(&output, &self.output)
    self.bits = bits
    self.bitCount = bitCount
    self.inputIndex = inputIndex
    self.outputIndex = outputIndex
    return ended
  }

  /// Takes whole bytes until there are at least 56 bits: enough for a length, a distance and their extra bits (48).
  @inline(__always)
  private static func fill(_ bits: inout UInt64, _ count: inout Int, from source: Span<UInt8>, _ index: inout Int) {
    while count <= 55 {
      bits |= UInt64(source[index]) << UInt64(truncatingIfNeeded: count)
      index &+= 1
      count &+= 8
    }
  }

  /// Repeats bytes that were written; the run may reach into itself.
  @inline(__always)
  private static func copy(_ count: Int, from distance: Int, to index: inout Int, _ out: inout MutableSpan<UInt8>) {
    var from = index &- distance
    let end = index &+ count
    while index < end {
      out[index] = out[from]
      index &+= 1
      from &+= 1
    }
  }
}
