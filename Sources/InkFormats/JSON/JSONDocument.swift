/// A JSON text read as a whole.
///
/// ```swift
/// let config = try JSONDocument.open("model/config.json").root
/// let width = try config["hidden_size"].int
/// let theta = try config["rope_theta"].ifPresent?.double ?? 10_000
/// ```
public struct JSONDocument: Sendable {
  /// The largest file that is read as a tree.
  public static let maximumByteCount = 32 << 20

  /// The file's path, or what stands for it in messages.
  public let file: String
  /// The outermost value.
  public let root: JSONNode

  /// Reads a file.
  ///
  /// - Throws: `cannotOpen`; `outOfRange` for a file over ``maximumByteCount``; `malformed` with line and column;
  ///   `duplicate` for a key that occurs twice.
  public static func open(_ path: String) throws(FormatError) -> JSONDocument {
    try open(path, limit: maximumByteCount)
  }

  /// As ``open(_:)`` with another limit: the vocabularies of tokenizers are larger than any configuration.
  package static func open(_ path: String, limit: Int) throws(FormatError) -> JSONDocument {
    try JSONDocument(try StoredFile.read(path, limit: limit), file: path)
  }

  /// Reads a text in UTF-8; `file` stands for it in messages.
  public init(_ bytes: [UInt8], file: String) throws(FormatError) {
    guard !bytes.starts(with: [0xef, 0xbb, 0xbf]) else {
      throw FormatError(
        .malformed, file: file, context: "line 1, column 1", expected: "JSON", found: "a byte order mark",
        hint: "Save the file as UTF-8 without one.")
    }
    var scanner = JSONScanner(bytes, file: file)
    let value = try JSONDocument.value(&scanner)
    try scanner.end()
    self.file = file
    self.root = JSONNode(value: value, path: "", file: file)
  }

  private static func value(_ scanner: inout JSONScanner) throws(FormatError) -> JSONTree {
    switch scanner.peek() {
    case 0x7b: return .object(try object(&scanner))
    case 0x5b:
      try scanner.beginArray()
      var elements: [JSONTree] = []
      var isFirst = true
      while try scanner.nextElement(&isFirst) { elements.append(try value(&scanner)) }
      return .array(elements)
    case 0x22: return .string(try scanner.string())
    case 0x74:
      try scanner.word("true")
      return .bool(true)
    case 0x66:
      try scanner.word("false")
      return .bool(false)
    case 0x6e:
      try scanner.word("null")
      return .null
    case 0x2d, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39: return .number(try scanner.number())
    default: throw scanner.failure("a value")
    }
  }

  private static func object(_ scanner: inout JSONScanner) throws(FormatError) -> JSONObject {
    try scanner.beginObject()
    var object = JSONObject()
    var isFirst = true
    while let key = try scanner.nextKey(&isFirst) {
      guard object[key] == nil else {
        throw FormatError(.duplicate, file: scanner.file, context: "key \(FormatError.quoted(key))")
      }
      object[key] = try value(&scanner)
    }
    return object
  }
}
