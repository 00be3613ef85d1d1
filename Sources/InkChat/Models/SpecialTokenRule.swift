/// How special tokens come about in tokenisation.
public enum SpecialTokenRule: Sendable, Hashable {
  /// Nothing is added, and text that looks like a special token is plain text.
  case none
  /// The tokenizer adds its own (such as a beginning token); text that looks like a special token is plain text.
  case added
  /// Nothing is added; text that names a special token becomes that token (for rendered templates).
  case recognised
  /// The tokenizer adds its own, and text that names a special token becomes that token.
  case addedAndRecognised
}
