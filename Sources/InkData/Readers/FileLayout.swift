/// How a file is divided into records.
public enum FileLayout: Sendable, Hashable {
  /// By the file's extension; a `.json` file that does not begin with `[` is read as JSON Lines.
  case automatic
  /// One JSON array of objects.
  case json
  /// A JSON object a line; empty lines do not count.
  case jsonLines
  /// Fields between commas with a header line, as RFC 4180 says.
  case commaSeparated
  /// The same between tabs.
  case tabSeparated
  /// Text without structure; ``TextDocuments`` says what a document is.
  case text

  private static let byExtension: [(name: String, layout: FileLayout)] = [
    ("json", .json), ("jsonl", .jsonLines), ("ndjson", .jsonLines), ("csv", .commaSeparated), ("tsv", .tabSeparated),
    ("txt", .text), ("md", .text), ("text", .text),
  ]

  /// Formats of data that others use and that are not read here, or only by a ``FileDecompressor``.
  private static let unsupported = ["parquet", "arrow", "feather", "gz", "zst", "bz2", "xz", "zip", "tar", "xlsx"]

  /// The extensions that say how to read a file.
  static var readableExtensions: String { byExtension.map { "." + $0.name }.joined(separator: ", ") }

  /// Whether a file in a folder is read: one that cannot be is reported when it is opened rather than passed over.
  static func isKnown(_ path: String) -> Bool {
    guard let name = fileExtension(path) else { return false }
    return byExtension.contains { $0.name == name } || unsupported.contains(name)
  }

  /// The lowered extension without its dot.
  static func fileExtension(_ path: String) -> String? {
    guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: "."), dot > name.startIndex
    else { return nil }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The layout of a file whose extension decides.
  static func named(by path: String, _ bytes: [UInt8]) throws(DataError) -> FileLayout {
    let name = fileExtension(path)
    if let layout = byExtension.first(where: { $0.name == name })?.layout {
      guard layout == .json else { return layout }
      return bytes.first { $0 > 0x20 } == UInt8(ascii: "{") ? .jsonLines : .json
    }
    throw DataError(
      .unsupported, context: path, expected: "a file of \(readableExtensions)",
      found: name.map { ".\($0)" } ?? "no extension", hint: "Convert the file, or say how it is read.")
  }

  /// Refuses files that no layout can read, whatever was asked.
  static func refuseForeign(_ path: String) throws(DataError) {
    guard let name = fileExtension(path), unsupported.contains(name) else { return }
    throw DataError(
      .unsupported, context: path, expected: "a file of \(readableExtensions)", found: ".\(name)",
      hint: "Unpack or convert the file to JSON Lines.")
  }
}
