/// The content of a `tokenizer.json`: the large tables packed, the rest as small values.
struct TokenizerDocument {
  /// All fields of the top level but the model.
  private(set) var fields: [JSONValue.Member] = []
  /// All fields of the model but its vocabulary and merges.
  private(set) var modelFields: [JSONValue.Member] = []
  private(set) var tokens = PackedStrings()
  private(set) var ids: [TokenID] = []
  /// A score for each token, if the vocabulary is a list.
  private(set) var scores: [Double] = []
  /// Two strings for each merge, left and right.
  private(set) var merges = PackedStrings()
  private(set) var hasMerges = false
  private(set) var vocabularyKind = VocabularyKind.none
  private var hasModel = false

  /// How the model writes its vocabulary: token to id (BPE, WordPiece), or a list with scores (Unigram).
  enum VocabularyKind { case none, ids, scores }

  static let name = "tokenizer.json"

  init(_ bytes: [UInt8]) throws(TokenizerError) {
    guard bytes.count < UInt32.max else {
      throw TokenizerError(
        .malformedFile, in: Self.name, expected: "less than 4 GiB", found: "\(bytes.count) bytes",
        hint: "This is no tokenizer file.")
    }
    // A table by id is made, so ids are bounded by what the file could list.
    let idLimit = Vocabulary.idLimit(ofFileWith: bytes.count)
    var reader = try JSONReader(bytes, name: Self.name)
    tokens.reserveCapacity(strings: bytes.count / 48, bytes: bytes.count / 6)
    merges.reserveCapacity(strings: bytes.count / 24, bytes: bytes.count / 6)
    try reader.expect(0x7B)
    repeat {
      let name = try reader.readString()
      try reader.expect(0x3A)
      if name == "model" {
        hasModel = true
        try readModel(&reader, idLimit)
      } else {
        fields.append(JSONValue.Member(name: name, value: try reader.readValue()))
      }
    } while reader.take(0x2C)
    try reader.expect(0x7D)
    try reader.finish()
    guard hasModel else {
      throw TokenizerError(
        .missingField, in: "\(Self.name), model", expected: "an object", found: "nothing",
        hint: "The file is incomplete or of another format: fetch it again.")
    }
  }

  /// Joins `vocab.json` and `merges.txt`, with fields of the model that a `tokenizer.json` would hold.
  init(
    vocabularyJSON: [UInt8], mergesText: [UInt8], modelFields: [JSONValue.Member]
  ) throws(TokenizerError) {
    guard vocabularyJSON.count < UInt32.max, mergesText.count < UInt32.max else {
      throw TokenizerError(
        .malformedFile, in: "vocab.json and merges.txt", expected: "less than 4 GiB", found: "more",
        hint: "These are no tokenizer files.")
    }
    self.modelFields = modelFields
    var reader = try JSONReader(vocabularyJSON, name: "vocab.json")
    try readVocabulary(&reader, Vocabulary.idLimit(ofFileWith: vocabularyJSON.count))
    try reader.finish()
    hasMerges = true
    var start = 0
    var line = 0
    while start < mergesText.count {
      line += 1
      let end = mergesText[start...].firstIndex(of: 0x0A) ?? mergesText.count
      var content = mergesText[start..<end]
      start = end + 1
      if content.last == 0x0D { content.removeLast() }
      if content.isEmpty || line == 1 && content.starts(with: "#version".utf8) { continue }
      let parts = content.split(separator: Scan.space, omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
        throw TokenizerError(
          .malformedFile, in: "merges.txt, line \(line)", expected: "two tokens and a space between",
          found: "\"\(String(decoding: content.prefix(60), as: UTF8.self))\"",
          hint: "The file is damaged: fetch it again.")
      }
      for part in parts { merges.append(part) }
    }
  }

  /// Whether all merges are written in the byte alphabet, so that the model can work on bytes.
  var mergesUseByteAlphabet: Bool {
    let text = merges.bytes.span
    let table = ByteAlphabet.bytes
    var index = 0
    while index < text.count {
      let width = ByteAlphabet.decode(text, at: index, end: text.count, table: table.span).width
      if width == 0 { return false }
      index += width
    }
    return true
  }

  var root: JSONField { JSONField(value: .object(fields), path: Self.name) }
  var model: JSONField { JSONField(value: .object(modelFields), path: "\(Self.name).model") }

  private mutating func readModel(_ reader: inout JSONReader, _ idLimit: Int) throws(TokenizerError) {
    try reader.expect(0x7B)
    if reader.take(0x7D) { return }
    repeat {
      let name = try reader.readString()
      try reader.expect(0x3A)
      switch name {
      case "vocab": try readVocabulary(&reader, idLimit)
      case "merges": try readMerges(&reader)
      default: modelFields.append(JSONValue.Member(name: name, value: try reader.readValue()))
      }
    } while reader.take(0x2C)
    try reader.expect(0x7D)
  }

  private mutating func readVocabulary(_ reader: inout JSONReader, _ idLimit: Int) throws(TokenizerError) {
    guard vocabularyKind == .none else { throw reader.error("only one vocabulary") }
    if reader.peek() == 0x5B {
      vocabularyKind = .scores
      try readScores(&reader)
      return
    }
    vocabularyKind = .ids
    try reader.expect(0x7B)
    if reader.take(0x7D) { return }
    repeat {
      try tokens.appendString(from: &reader)
      try reader.expect(0x3A)
      ids.append(try reader.readTokenID(below: idLimit))
    } while reader.take(0x2C)
    try reader.expect(0x7D)
  }

  /// `[["piece", -3.5], ...]`; the place in the list is the id.
  private mutating func readScores(_ reader: inout JSONReader) throws(TokenizerError) {
    try reader.expect(0x5B)
    if reader.take(0x5D) { return }
    repeat {
      try reader.expect(0x5B)
      try tokens.appendString(from: &reader)
      try reader.expect(0x2C)
      guard case .number(let score) = try reader.readValue(), score.isFinite else {
        throw reader.error("the score of a token before this place")
      }
      ids.append(TokenID(truncatingIfNeeded: scores.count))
      scores.append(score)
      try reader.expect(0x5D)
    } while reader.take(0x2C)
    try reader.expect(0x5D)
  }

  private mutating func readMerges(_ reader: inout JSONReader) throws(TokenizerError) {
    guard !hasMerges else { throw reader.error("only one list of merges") }
    hasMerges = true
    try reader.expect(0x5B)
    if reader.take(0x5D) { return }
    repeat {
      if reader.take(0x5B) {
        try merges.appendString(from: &reader)
        try reader.expect(0x2C)
        try merges.appendString(from: &reader)
        try reader.expect(0x5D)
      } else {
        try merges.appendMerge(from: &reader)
      }
    } while reader.take(0x2C)
    try reader.expect(0x5D)
  }
}

extension PackedStrings {
  /// Reads a JSON string as the next string.
  fileprivate mutating func appendString(from reader: inout JSONReader) throws(TokenizerError) {
    try writeString { (bytes) throws(TokenizerError) in try reader.readString(into: &bytes) }
    finishString()
  }

  /// Reads "left right" as the next two strings.
  fileprivate mutating func appendMerge(from reader: inout JSONReader) throws(TokenizerError) {
    let start = bytes.count
    try writeString { (bytes) throws(TokenizerError) in try reader.readString(into: &bytes) }
    var middle = start
    while middle < bytes.count, bytes[middle] != 0x20 { middle += 1 }
    guard middle > start, middle + 1 < bytes.count, !bytes[(middle + 1)...].contains(0x20) else {
      throw reader.error("a merge of two tokens with one space between before this place")
    }
    split(at: middle)
  }
}
