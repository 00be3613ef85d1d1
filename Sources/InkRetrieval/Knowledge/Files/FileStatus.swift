/// What a file system says of a path.
public struct FileStatus: Sendable, Hashable {
  /// The kinds of entries.
  public enum Kind: Sendable, Hashable {
    case file, folder, link
    /// Pipes, sockets, devices.
    case other
  }

  /// What it is.
  public var kind: Kind
  /// Bytes of a file.
  public var size: Int
  /// Seconds since 1970 when it was last written.
  public var modified: Double
  /// Tells a file from another one that took its place.
  public var identity: UInt64

  /// A status.
  public init(kind: Kind, size: Int = 0, modified: Double = 0, identity: UInt64 = 0) {
    self.kind = kind
    self.size = size
    self.modified = modified
    self.identity = identity
  }
}
