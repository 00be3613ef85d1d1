import InkTensor

/// The JSON header of a safetensors file: names, types, shapes and places, checked against the data's size.
///
/// Format: https://github.com/huggingface/safetensors, "Format". Eight bytes of header length, the header, the data.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    let dtype: DType
    let shape: Shape
    /// Bytes counted from the start of the data.
    let range: Range<Int>
  }

  /// The longest header the format allows.
  static let maximumByteCount = 100_000_000

  private(set) var entries: [Entry] = []
  private(set) var metadata: [(key: String, value: String)] = []

  /// Parses the header's text.
  ///
  /// - Parameter dataByteCount: the bytes after the header; every tensor has to lie inside them, and together they
  ///   have to fill them.
  init(_ bytes: [UInt8], dataByteCount: Int, file: String) throws(FormatError) {
    var scanner = JSONScanner(bytes, file: file)
    guard scanner.peek() == 0x7b else { throw scanner.failure("the '{' of a safetensors header") }
    try scanner.beginObject()
    var isFirst = true
    var names: Set<String> = []
    while let name = try scanner.nextKey(&isFirst) {
      guard names.insert(name).inserted else {
        throw FormatError(.duplicate, file: file, context: "tensor \(FormatError.quoted(name))")
      }
      if name == "__metadata__" {
        metadata = try SafetensorsHeader.metadata(&scanner)
      } else {
        entries.append(try SafetensorsHeader.entry(name, &scanner, dataByteCount: dataByteCount))
      }
    }
    try scanner.end()
    try checkCoverage(dataByteCount, file: file)
  }

  private static func metadata(_ scanner: inout JSONScanner) throws(FormatError) -> [(key: String, value: String)] {
    var pairs: [(key: String, value: String)] = []
    var keys: Set<String> = []
    try scanner.beginObject()
    var isFirst = true
    while let key = try scanner.nextKey(&isFirst) {
      guard keys.insert(key).inserted else {
        throw FormatError(.duplicate, file: scanner.file, context: "__metadata__ key \(FormatError.quoted(key))")
      }
      guard scanner.peek() == 0x22 else { throw scanner.failure("a string, the only type in __metadata__") }
      pairs.append((key, try scanner.string()))
    }
    return pairs
  }

  private static func entry(
    _ name: String, _ scanner: inout JSONScanner, dataByteCount: Int
  ) throws(FormatError) -> Entry {
    var dtype: DType?
    var extents: [Int]?
    var offsets: [Int]?
    let place = "tensor \(FormatError.quoted(name))"
    try scanner.beginObject()
    var isFirst = true
    while let key = try scanner.nextKey(&isFirst) {
      switch key {
      case "dtype" where dtype == nil: dtype = try self.dtype(try scanner.string(), place, scanner.file)
      case "shape" where extents == nil:
        extents = try counts(&scanner, limit: Shape.maximumRank, what: "axes", place)
      case "data_offsets" where offsets == nil: offsets = try counts(&scanner, limit: 2, what: "offsets", place)
      default:
        throw FormatError(
          .malformed, file: scanner.file, context: place, expected: "dtype, shape and data_offsets, once each",
          found: FormatError.quoted(key))
      }
    }
    guard let dtype, let extents, let offsets, offsets.count == 2 else {
      throw FormatError(
        .malformed, file: scanner.file, context: place, expected: "dtype, shape and two data_offsets")
    }
    let shape = Shape(extents)
    guard let byteCount = ElementType.dense(dtype).byteCount(shape) else {
      throw FormatError(
        .outOfRange, file: scanner.file, context: place, expected: "a shape whose size fits 63 bits",
        found: "\(dtype.rawValue) \(shape)")
    }
    guard offsets[0] <= offsets[1], offsets[1] <= dataByteCount else {
      throw FormatError(
        .outOfRange, file: scanner.file, context: place, expected: "offsets inside \(dataByteCount) bytes of data",
        found: "\(offsets)", hint: "The file is damaged or was not downloaded whole.")
    }
    guard offsets[1] - offsets[0] == byteCount else {
      throw FormatError(
        .shapeMismatch, file: scanner.file, context: place,
        expected: "\(byteCount) bytes for \(dtype.rawValue) \(shape)", found: "\(offsets[1] - offsets[0]) bytes")
    }
    return Entry(name: name, dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
  }

  private static func dtype(_ text: String, _ place: String, _ file: String) throws(FormatError) -> DType {
    if let dtype = DType(rawValue: text) { return dtype }
    throw FormatError(
      .unsupported, file: file, context: place,
      expected: "one of \(DType.allCases.map(\.rawValue).joined(separator: ", "))",
      found: "the dtype \(FormatError.quoted(text))")
  }

  private static func counts(
    _ scanner: inout JSONScanner, limit: Int, what: String, _ place: String
  ) throws(FormatError) -> [Int] {
    var list: [Int] = []
    try scanner.beginArray()
    var isFirst = true
    while try scanner.nextElement(&isFirst) {
      guard list.count < limit else {
        throw FormatError(
          .unsupported, file: scanner.file, context: place, expected: "at most \(limit) \(what)", found: "more")
      }
      list.append(try scanner.count())
    }
    return list
  }

  /// The format wants every byte of the data to belong to exactly one tensor.
  private func checkCoverage(_ dataByteCount: Int, file: String) throws(FormatError) {
    try ByteLayout.refuseOverlap(entries.map { ($0.name, $0.range) }, file: file)
    var position = 0
    for entry in entries.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard entry.range.lowerBound == position || entry.range.isEmpty else {
        throw FormatError(
          .malformed, file: file, context: "tensor \(FormatError.quoted(entry.name))",
          expected: "data from byte \(position) on", found: "byte \(entry.range.lowerBound)",
          hint: "Bytes that belong to no tensor are not allowed in this format.")
      }
      if !entry.range.isEmpty { position = entry.range.upperBound }
    }
    guard position == dataByteCount else {
      throw FormatError(
        .malformed, file: file, expected: "\(position) bytes of data", found: "\(dataByteCount) bytes",
        hint: "Bytes that belong to no tensor are not allowed in this format.")
    }
  }
}
