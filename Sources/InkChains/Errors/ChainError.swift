/// Why a step, a tool or an agent failed.
public struct ChainError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable, Hashable {
    /// An input, a variable or an argument that is missing or of another type.
    case invalidInput
    /// A setting that cannot be right.
    case invalidSetting
    /// An answer of a model that could not be read as asked.
    case unparsable
    /// A model failed.
    case model
    /// A model or another service that cannot answer now; the same request can succeed later.
    case unavailable
    /// A tool failed or refused.
    case tool
    /// A search failed.
    case retrieval
    /// A budget of steps, tokens, time or money is used up.
    case budget
    /// Something that is not allowed: an address, a path, a statement.
    case refused
    /// Stored memory could not be read or written.
    case store
    /// Something that is not supported.
    case unsupported
    /// The work was cancelled.
    case cancelled
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
    case .invalidInput: text += "not a valid input"
    case .invalidSetting: text += "the setting cannot be right"
    case .unparsable: text += "the answer cannot be read"
    case .model: text += "the model failed"
    case .unavailable: text += "not available now"
    case .tool: text += "the tool failed"
    case .retrieval: text += "the search failed"
    case .budget: text += "the budget is used up"
    case .refused: text += "refused"
    case .store: text += "the store failed"
    case .unsupported: text += "not supported"
    case .cancelled: text += "cancelled"
    }
    if !expected.isEmpty { text += ", expected \(expected)" }
    if !found.isEmpty { text += ", found \(found)" }
    return hint.isEmpty ? text : text + ". " + hint
  }
}
