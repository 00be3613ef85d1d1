import InkArchive

/// Goes from chunk to chunk of a PNG file and checks their sums (PNG specification, 5.3).
struct PNGChunks {
  /// One chunk: four letters and its bytes.
  struct Chunk {
    let type: String
    let data: ArraySlice<UInt8>

    /// A decoder that does not know the type may leave the chunk out.
    var isAncillary: Bool { (type.utf8.first ?? 0) & 0x20 != 0 }
  }

  private let bytes: [UInt8]
  private let file: String
  private var position: Int
  private let emptySum = CyclicRedundancyCheck()

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    position = ImageFormat.pngSignature.count
  }

  /// The next chunk.
  ///
  /// - Throws: `truncated` where the file ends, `malformed` for letters or a check sum that are wrong.
  mutating func next() throws(FormatError) -> Chunk {
    let numbers = BigEndianBytes(bytes)
    guard let length = numbers.u32(position), bytes.count - position >= 12, length <= bytes.count - position - 12 else {
      throw FormatError(
        .truncated, file: file, context: "byte \(position)", expected: "another chunk up to IEND",
        found: "\(bytes.count - position) bytes")
    }
    let letters = bytes[position + 4..<position + 8]
    guard letters.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a }) else {
      throw FormatError(
        .malformed, file: file, context: "byte \(position)", expected: "the four letters of a chunk",
        found: "\(Array(letters))")
    }
    let type = String(decoding: letters, as: UTF8.self)
    let end = position + 8 + length
    var sum = emptySum
    sum.update(Array(bytes[position + 4..<end]))
    guard numbers.u32(end) == Int(sum.value) else {
      throw FormatError(
        .malformed, file: file, context: "chunk \(type)", expected: "data of its check sum", found: "other data",
        hint: "The file is damaged.")
    }
    position = end + 4
    return Chunk(type: type, data: bytes[end - length..<end])
  }
}
