/// What is wrong with a configuration file.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file's name, as it was given.
  public let file: String
  /// The line, from 1; nil when the error is about the file as a whole.
  public let line: Int?
  /// The place in words, such as `models[2].remote.url`; may be empty.
  public let context: String
  /// What would have been right; may be empty.
  public let expected: String
  /// What was there instead; may be empty.
  public let found: String
  /// What to do about it; may be empty.
  public let hint: String

  /// An error with every field given.
  public init(
    file: String, line: Int? = nil, context: String = "", expected: String = "", found: String = "", hint: String = ""
  ) {
    self.file = file
    self.line = line
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// The error as one or two sentences, with the place in front.
  public var description: String {
    var text = file
    if let line { text += ":\(line)" }
    if !context.isEmpty { text += ": \(context)" }
    switch (expected.isEmpty, found.isEmpty) {
    case (false, false): text += ": expected \(expected), found \(found)."
    case (false, true): text += ": expected \(expected)."
    case (true, false): text += ": \(found)."
    case (true, true): text += "."
    }
    return hint.isEmpty ? text : "\(text) \(hint)"
  }
}
