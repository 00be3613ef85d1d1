/// Reads JSON and JSON Lines as paths with their values, a line each, such as `author.name: Li`, so that words of a
/// value
/// are found beside the names they stand under. Values of JSON Lines are paragraphs.
public struct JSONLoader: DocumentLoader {
  public let mediaTypes = ["application/json", "application/jsonl", "application/x-ndjson", "text/json"]
  public let fileExtensions = ["json", "jsonl", "ndjson", "geojson", "ipynb"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    let (text, encoding, warning) = try TextEncoding.text(of: bytes, name: name)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    builder.metadata["encoding"] = encoding.rawValue
    if let warning { builder.warn(warning) }
    var reader = JSONTextReader(bytes: Array(text.utf8), builder: builder, name: name, depth: limits.depth)
    try reader.read()
    return reader.builder.text
  }
}
