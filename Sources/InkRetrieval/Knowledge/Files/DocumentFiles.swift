/// Where documents lie: the disk, or what a test puts in its place.
public protocol DocumentFiles: Sendable {
  /// What is at a path, without following a link there; nil when nothing is.
  func status(_ path: String) throws(RetrievalError) -> FileStatus?

  /// The names in a folder, in any order.
  func names(in folder: String) throws(RetrievalError) -> [String]

  /// The bytes of a file.
  ///
  /// - Throws: `tooLarge` for one of more than `limit` bytes; `file` for what cannot be read or is no file.
  func read(_ path: String, limit: Int) throws(RetrievalError) -> [UInt8]

  /// The absolute path with all links followed; nil when nothing is there.
  func resolved(_ path: String) -> String?
}
