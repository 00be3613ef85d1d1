/// What a folder of differences says about itself, in `delta.json`.
struct DeltaRecord: Sendable, Equatable {
  static let fileName = "delta.json"
  private static let format = "inkstone-delta"

  /// SHA-256 over the base's tensors.
  var baseDigest: String
  /// SHA-256 over the tensors that base and differences give.
  var restoredDigest: String
  /// Tensors with more rows than the base has, and the base's rows; the rows beyond are stored as they are.
  var paddedRows: [(name: String, baseRows: Int)] = []
  /// Tensors that are no floating-point numbers and are stored as they are.
  var copied: [String] = []

  static func == (left: DeltaRecord, right: DeltaRecord) -> Bool { left.json == right.json }

  var json: JSONObject {
    var object = JSONObject()
    object["format"] = .string(DeltaRecord.format)
    object["version"] = .number("1")
    object["base_sha256"] = .string(baseDigest)
    object["restored_sha256"] = .string(restoredDigest)
    var padded = JSONObject()
    for (name, rows) in paddedRows { padded[name] = .number(String(rows)) }
    object["padded_rows"] = .object(padded)
    object["copied"] = .array(copied.map { .string($0) })
    return object
  }

  init(baseDigest: String, restoredDigest: String) {
    self.baseDigest = baseDigest
    self.restoredDigest = restoredDigest
  }

  /// Reads the record of a folder; nil when there is none.
  static func open(_ folder: String) throws(FormatError) -> DeltaRecord? {
    let path = StoredFile.join(folder, fileName)
    guard StoredFile.exists(path) else { return nil }
    let root = try JSONDocument.open(path).root
    guard try root["format"].string == format, try root["version"].int == 1 else {
      throw FormatError(
        .unsupported, file: path, expected: "\(format) of version 1", found: "another format",
        hint: "It was made by a newer version.")
    }
    var record = DeltaRecord(
      baseDigest: try root["base_sha256"].string, restoredDigest: try root["restored_sha256"].string)
    for (name, node) in try root["padded_rows"].members {
      let rows = try node.int
      guard rows >= 0 else { throw node.mismatch("a number of rows") }
      record.paddedRows.append((name, rows))
    }
    for node in try root["copied"].array { record.copied.append(try node.string) }
    return record
  }
}
