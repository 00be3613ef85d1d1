import InkTensor

/// The header of a GGUF file, parsed and checked: version, metadata, and where each tensor lies.
///
/// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
struct GGUFHeader {
  struct Entry {
    let name: String
    let format: BlockFormat
    /// Extents as in the file, fastest axis first.
    let dimensions: [Int]
    /// Bytes counted from the start of the data.
    let range: Range<Int>

    /// Row-major, outermost first.
    var shape: Shape { Shape(dimensions.reversed()) }
  }

  static let magic: UInt32 = 0x4655_4747  // "GGUF"
  static let defaultAlignment = 32
  /// The specification's limits are 65535 bytes for a key and 64 for a tensor; longer names of tensors do occur.
  static let maximumKeyByteCount = 65_535
  static let maximumNameByteCount = 1024
  /// A string outside an array, for example a chat template or a licence.
  static let maximumStringByteCount = 16 << 20
  static let maximumArrayDepth = 8
  static let maximumDimensions = 4

  let version: UInt32
  private(set) var metadata: GGUFMetadata
  private(set) var entries: [Entry] = []
  private(set) var alignment = GGUFHeader.defaultAlignment
  private(set) var dataStart = 0

  init(_ storage: Storage, path: String) throws(FormatError) {
    self = try storage.withBytes(in: 0..<storage.byteCount) { (bytes: RawSpan) throws(FormatError) -> GGUFHeader in
      try GGUFHeader(bytes, storage: storage, path: path)
    }
  }

  private init(_ bytes: RawSpan, storage: Storage, path: String) throws(FormatError) {
    var cursor = GGUFCursor(end: bytes.byteCount, file: path)
    let magic = try cursor.integer(UInt32.self, in: bytes, "the file type")
    guard magic == GGUFHeader.magic else {
      throw FormatError(
        .malformed, file: path, context: "byte 0", expected: "the letters GGUF", found: "other bytes",
        hint: "This is not a GGUF file.")
    }
    version = try GGUFHeader.version(&cursor, bytes)
    let tensorCount = try cursor.count(24, in: bytes, "the number of tensors")
    let pairCount = try cursor.count(13, in: bytes, "the number of metadata entries")
    metadata = GGUFMetadata(path: path)
    for _ in 0..<pairCount { try readPair(&cursor, bytes, storage) }
    alignment = try GGUFHeader.alignment(metadata, path)
    var places: [(info: Entry, at: Int)] = []
    places.reserveCapacity(tensorCount)
    for _ in 0..<tensorCount { places.append((try readEntry(&cursor, bytes), cursor.position)) }
    let (padded, overflow) = cursor.position.addingReportingOverflow(alignment - 1)
    dataStart = overflow ? Int.max : padded / alignment * alignment
    entries = places.map(\.info)
    try checkPlaces(dataByteCount: max(bytes.byteCount - dataStart, 0), path)
  }

  private static func version(_ cursor: inout GGUFCursor, _ bytes: RawSpan) throws(FormatError) -> UInt32 {
    let version = try cursor.integer(UInt32.self, in: bytes, "the version")
    if version == 2 || version == 3 { return version }
    let swapped = version.byteSwapped
    throw FormatError(
      .unsupported, file: cursor.file, context: "GGUF version", expected: "2 or 3, little-endian",
      found: (1...3).contains(swapped) ? "version \(swapped), big-endian" : "\(version)",
      hint: "Convert the file again with a current converter on a little-endian machine.")
  }

  private static func alignment(_ metadata: GGUFMetadata, _ path: String) throws(FormatError) -> Int {
    let key = "general.alignment"
    guard metadata.contains(key) else { return defaultAlignment }
    let alignment = try metadata.int(for: key)
    guard alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
      throw FormatError(
        .outOfRange, file: path, context: "metadata \"\(key)\"", expected: "a power of two up to 1048576",
        found: "\(alignment)")
    }
    return alignment
  }

  private mutating func readPair(
    _ cursor: inout GGUFCursor, _ bytes: RawSpan, _ storage: Storage
  ) throws(FormatError) {
    let key = try cursor.string(limit: GGUFHeader.maximumKeyByteCount, in: bytes, "a metadata key")
    guard !metadata.contains(key) else {
      throw FormatError(.duplicate, file: cursor.file, context: "metadata \(FormatError.quoted(key))")
    }
    let type = try GGUFHeader.type(&cursor, bytes, key)
    metadata[key] = try GGUFHeader.value(type, &cursor, bytes, storage, key)
  }

  private mutating func readEntry(_ cursor: inout GGUFCursor, _ bytes: RawSpan) throws(FormatError) -> Entry {
    let name = try cursor.string(limit: GGUFHeader.maximumNameByteCount, in: bytes, "the name of a tensor")
    let place = "tensor \(FormatError.quoted(name))"
    let rank = try cursor.integer(UInt32.self, in: bytes, place)
    guard rank <= GGUFHeader.maximumDimensions else {
      throw FormatError(
        .unsupported, file: cursor.file, context: place, expected: "at most \(GGUFHeader.maximumDimensions) axes",
        found: "\(rank)")
    }
    var dimensions: [Int] = []
    for _ in 0..<rank {
      let extent = try cursor.integer(UInt64.self, in: bytes, place)
      guard let extent = Int(exactly: extent) else {
        throw FormatError(
          .outOfRange, file: cursor.file, context: place, expected: "extents that fit 63 bits", found: "\(extent)")
      }
      dimensions.append(extent)
    }
    let number = try cursor.integer(UInt32.self, in: bytes, place)
    guard let format = BlockFormat(rawValue: number) else {
      throw FormatError(
        .unsupported, file: cursor.file, context: place, expected: "a known tensor type", found: "type \(number)",
        hint: "The file was made by newer software than this library knows.")
    }
    let offset = try cursor.integer(UInt64.self, in: bytes, place)
    guard let byteCount = ElementType(format).byteCount(Shape(dimensions.reversed())) else {
      throw FormatError(
        .outOfRange, file: cursor.file, context: place,
        expected: "rows of a multiple of \(format.elementsPerBlock) elements, and a size that fits 63 bits",
        found: "\(format.name) \(dimensions)")
    }
    guard let start = Int(exactly: offset), start <= Int.max - byteCount, start % alignment == 0 else {
      throw FormatError(
        .outOfRange, file: cursor.file, context: place, expected: "an offset that is a multiple of \(alignment)",
        found: "\(offset)")
    }
    return Entry(name: name, format: format, dimensions: dimensions, range: start..<start + byteCount)
  }

  private func checkPlaces(dataByteCount: Int, _ path: String) throws(FormatError) {
    var names: Set<String> = []
    for entry in entries {
      guard names.insert(entry.name).inserted else {
        throw FormatError(.duplicate, file: path, context: "tensor \(FormatError.quoted(entry.name))")
      }
      guard entry.range.upperBound <= dataByteCount || entry.range.isEmpty else {
        throw FormatError(
          .truncated, file: path, context: "tensor \(FormatError.quoted(entry.name))",
          expected: "data up to byte \(entry.range.upperBound)", found: "\(dataByteCount) bytes of data",
          hint: "The file is damaged or was not downloaded whole.")
      }
    }
    try ByteLayout.refuseOverlap(entries.map { ($0.name, $0.range) }, file: path)
  }
}
