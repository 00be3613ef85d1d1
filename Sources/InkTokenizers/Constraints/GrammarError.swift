/// Why a grammar could not be made, or why an answer cannot follow it.
///
/// The description reads as a sentence: where it happened, what was expected, what was found and what to do about it.
public struct GrammarError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault, for code that reacts to it.
  public enum Code: String, Sendable {
    /// The notation (GBNF, regular expression, JSON) is not well formed.
    case malformed
    /// Something that is well formed but not supported.
    case unsupported
    /// No text can ever satisfy the grammar.
    case unsatisfiable
    /// The grammar, or the work that it causes, exceeds a limit.
    case tooLarge
    /// A rule begins with itself.
    case leftRecursion
    /// A token that the grammar does not permit where it stands.
    case forbiddenToken
    /// Fewer tokens are left than the shortest answer takes.
    case tooFewTokens
    /// A vocabulary whose tokens have no fixed bytes, or that lacks tokens for what the grammar demands.
    case unsuitableVocabulary
  }

  /// The kind of fault.
  public var code: Code
  /// The place: a JSON pointer into the schema, an offset in the expression, line and column of the grammar.
  public var context: String
  /// What would have been right there.
  public var expected: String
  /// What stands there instead.
  public var found: String
  /// What the reader can do about it.
  public var hint: String

  /// Makes an error from its five parts.
  public init(_ code: Code, in context: String, expected: String, found: String, hint: String) {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// The error as sentences.
  public var description: String {
    "\(context): expected \(expected), found \(found). \(hint)"
  }
}
