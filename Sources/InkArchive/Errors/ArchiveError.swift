/// Why an archive or compressed data could not be unpacked.
///
/// Every error names the place (`context`), what was wanted (`expected`), what was there (`found`) and what the reader
/// can do about it (`hint`). Parts that do not apply are empty.
public struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The file is missing or cannot be read.
    case file
    /// The bytes are not of the format, or not whole.
    case damaged
    /// A method that is not supported, or an encrypted member.
    case unsupported
    /// More bytes than allowed.
    case tooLarge
    /// The task was cancelled.
    case cancelled
    /// Whoever took the bytes wanted no more of them.
    case stopped
  }

  /// The kind of failure.
  public let code: Code
  /// The place: the file and the member.
  public let context: String
  /// What would have been right.
  public let expected: String
  /// What was there.
  public let found: String
  /// What to do about it.
  public let hint: String

  /// Makes an error; parts that say nothing may be left out.
  public init(_ code: Code, context: String, expected: String = "", found: String = "", hint: String = "") {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// A sentence that names the place, what was expected, what was found and the cure.
  public var description: String {
    var text = context.isEmpty ? "" : "\(context): "
    switch code {
    case .file: text += "cannot be read"
    case .damaged: text += "damaged"
    case .unsupported: text += "not supported"
    case .tooLarge: text += "too large"
    case .cancelled: text += "cancelled"
    case .stopped: text += "stopped"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    return hint.isEmpty ? text : text + ". " + hint
  }
}
