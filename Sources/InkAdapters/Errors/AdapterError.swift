/// Why an adapter could not be read, made, attached or merged.
public struct AdapterError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// A file is missing or damaged.
    case file
    /// The disk has no room for what is written.
    case diskFull
    /// The process has no room for a file.
    case outOfMemory
    /// A setting of the configuration that cannot be right.
    case invalidConfiguration
    /// A method or setting that is not supported.
    case unsupported
    /// A tensor that the adapter needs is not there.
    case missingTensor
    /// A tensor that nothing reads.
    case unusedTensor
    /// A tensor of another shape than the base has.
    case shapeMismatch
    /// The base is another one than the adapter was made for.
    case mismatch
    /// Merging or combining that changes nothing.
    case nothingChanged
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

  public var description: String {
    var text = context.isEmpty ? "" : "\(context): "
    switch code {
    case .file: text += "cannot be read"
    case .diskFull: text += "cannot be written"
    case .outOfMemory: text += "there is no memory left for it"
    case .invalidConfiguration: text += "the configuration cannot be right"
    case .unsupported: text += "not supported"
    case .missingTensor: text += "missing"
    case .unusedTensor: text += "nothing reads this tensor"
    case .shapeMismatch: text += "the shape does not fit"
    case .mismatch: text += "made for another base"
    case .nothingChanged: text += "nothing would change"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    return hint.isEmpty ? text : text + ". " + hint
  }
}
