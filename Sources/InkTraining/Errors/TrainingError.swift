/// Why a training run could not start or go on.
public struct TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// A key that the recipe does not know.
    case unknownKey
    /// A value of the recipe that cannot be right.
    case invalidValue
    /// A setting or a combination that is not supported.
    case unsupported
    /// Data that cannot be trained on.
    case data
    /// A model, an adapter or a checkpoint that does not belong to the recipe.
    case mismatch
    /// A file that is missing, damaged, or cannot be written.
    case file
    /// The disk has no room for what the run writes.
    case diskFull
    /// There is not as much memory as the run, or a file of it, needs.
    case outOfMemory
    /// The loss is not a number, or jumped.
    case divergence
    /// The processes of a run cannot reach each other, or were not started alike.
    case communication
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
    case .unknownKey: text += "unknown key"
    case .invalidValue: text += "the value cannot be right"
    case .unsupported: text += "not supported"
    case .data: text += "cannot be trained on"
    case .mismatch: text += "does not belong to this run"
    case .file: text += "file error"
    case .diskFull: text += "cannot be written"
    case .outOfMemory: text += "more than the memory of this machine"
    case .divergence: text += "the training diverged"
    case .communication: text += "the processes of this run cannot work together"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    return hint.isEmpty ? text : text + ". " + hint
  }
}
