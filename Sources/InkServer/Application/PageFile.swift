/// A file of the page that the server shows to browsers, held in memory.
public struct PageFile: Sendable, Hashable {
  /// What the file contains.
  public var bytes: [UInt8]
  /// Its media type, such as `text/html; charset=utf-8`.
  public var mediaType: String

  /// A file with every field given.
  public init(bytes: [UInt8], mediaType: String) {
    self.bytes = bytes
    self.mediaType = mediaType
  }
}
