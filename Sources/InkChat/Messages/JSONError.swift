/// Why a text is not JSON, or more than was allowed.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The offset of the byte where it was noticed.
  public let offset: Int
  /// What would have been right.
  public let expected: String
  /// What was there instead.
  public let found: String

  /// The error as one sentence.
  public var description: String { "JSON, byte \(offset): expected \(expected), found \(found)." }
}
