/// Where a record stands: what an error about it names.
public struct RecordOrigin: Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The line on which the record begins, from 1.
  public let line: Int

  /// A place in a file.
  public init(path: String, line: Int) {
    self.path = path
    self.line = line
  }

  /// `file:line`.
  public var description: String { "\(path):\(line)" }
}
