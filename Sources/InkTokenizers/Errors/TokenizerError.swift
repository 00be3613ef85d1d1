/// What went wrong while a tokenizer was loaded or used.
///
/// The description reads as a sentence: where it happened, what was expected, what was found and what to do about it.
public struct TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of fault, for code that reacts to it.
  public enum Code: String, Sendable {
    /// The file is not the JSON (or rank text) it claims to be.
    case malformedFile
    /// A field that the format requires is absent.
    case missingField
    /// A field is present and holds something that the format does not allow.
    case invalidField
    /// The vocabulary contradicts itself: duplicate or impossible ids, no tokens at all.
    case invalidVocabulary
    /// A merge names a token that the vocabulary does not hold.
    case invalidMerge
    /// A regular expression is malformed or uses something outside the supported subset.
    case invalidPattern
    /// A model, normalizer, pre-tokenizer, post-processor or decoder that is not supported.
    case unsupported
    /// A token id that the vocabulary does not hold.
    case unknownTokenID
    /// A setting of a training that cannot be met.
    case invalidSetting
    /// A file that cannot be written.
    case unwritableFile
  }

  /// The kind of fault.
  public var code: Code
  /// The place: a file, a field, a byte offset, an index.
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

  public var description: String {
    "\(context): expected \(expected), found \(found). \(hint)"
  }
}
