/// The file that a document was read from, as it was at that moment.
public struct SourceFile: Sendable, Hashable, Codable {
  /// The document's name inside its knowledge base: the path relative to the folder that was added, or the file's name.
  public var name: String
  /// The absolute path it can be read again from; nil when it came over a connection and the store keeps its bytes.
  public var path: String?
  /// The media type that chose the loader, such as `text/markdown`.
  public var mediaType: String
  /// Bytes of the file.
  public var size: Int
  /// SHA-256 of the file's bytes, in lower-case hexadecimal digits.
  public var sha256: String

  /// A file's description.
  public init(name: String, path: String?, mediaType: String, size: Int, sha256: String) {
    self.name = name
    self.path = path
    self.mediaType = mediaType
    self.size = size
    self.sha256 = sha256
  }
}
