/// Why training data could not be read or prepared.
public struct DataError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// A file is missing or cannot be read.
    case file
    /// A record that is broken or does not have the fields of its format.
    case invalidRecord
    /// A setting that cannot be right.
    case invalidSetting
    /// A sample longer than the context, and no policy for it was chosen.
    case tooLong
    /// No token of the sample, or of all samples, carries loss.
    case emptyMask
    /// A format or a setting that is not supported.
    case unsupported
  }

  /// The kind of failure.
  public let code: Code
  /// The place: a file and line, a key, a tensor.
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
    case .invalidRecord: text += "not a valid record"
    case .invalidSetting: text += "the setting cannot be right"
    case .tooLong: text += "longer than the context"
    case .emptyMask: text += "no token carries loss"
    case .unsupported: text += "not supported"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    return hint.isEmpty ? text : text + ". " + hint
  }
}
