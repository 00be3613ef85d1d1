/// Why an index could not be built, searched, opened or stored.
public struct IndexError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// A file is missing, damaged or cannot be written.
    case file
    /// A stored index whose bytes are not what they should be.
    case damaged
    /// A setting that cannot be right.
    case invalidSetting
    /// A vector of another length, or with a number that is none.
    case invalidVector
    /// Something that is not supported.
    case unsupported
  }

  /// The kind of failure.
  public let code: Code
  /// The place: a file, a field, a knowledge base.
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
    case .file: text += "cannot be read or written"
    case .damaged: text += "damaged"
    case .invalidSetting: text += "the setting cannot be right"
    case .invalidVector: text += "not a valid vector"
    case .unsupported: text += "not supported"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    return hint.isEmpty ? text : text + ". " + hint
  }
}
