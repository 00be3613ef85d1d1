/// Where data files come from: a disk, or what a test puts in its place.
public protocol DataFiles: Sendable {
  /// What stands at a path.
  func kind(of path: String) -> DataFileKind
  /// The names in a folder, in any order.
  /// - Throws: `DataError` when it cannot be read.
  func names(in folder: String) throws(DataError) -> [String]
  /// The bytes of a file.
  /// - Throws: `DataError` when it cannot be read.
  func bytes(of path: String) throws(DataError) -> [UInt8]
}

/// What stands at a path.
public enum DataFileKind: Sendable, Hashable {
  case file, folder, missing
}
