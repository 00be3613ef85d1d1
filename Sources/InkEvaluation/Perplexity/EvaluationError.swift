public import InkChat

/// Why an evaluation could not be made.
public struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure, for programs that react to it.
  public enum Code: Sendable, Hashable {
    /// A setting has a value that cannot be used.
    case invalidSetting
    /// The data cannot be used: too short, empty.
    case invalidData
    /// The model failed, for this reason.
    case model(GenerationError)
    /// The model answered something that cannot be: too few numbers, a number that is none.
    case invalidAnswer
  }

  /// The kind of failure.
  public let code: Code
  /// Where it happened.
  public let context: String
  /// What would have been right; may be empty.
  public let expected: String
  /// What was there instead; may be empty.
  public let found: String
  /// What to do about it.
  public let hint: String

  /// An error with every field given; empty fields are left out of the message.
  public init(code: Code, context: String, expected: String = "", found: String = "", hint: String = "") {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  init(_ error: GenerationError, context: String) {
    self.init(code: .model(error), context: context, found: error.description)
  }

  /// The error as one or two sentences.
  public var description: String {
    if case .model(let error) = code { return "\(context): \(error)" }
    let sentence = "\(context): expected \(expected), found \(found)."
    return hint.isEmpty ? sentence : "\(sentence) \(hint)"
  }
}
