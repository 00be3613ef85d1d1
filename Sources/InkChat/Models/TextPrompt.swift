/// What a text model is asked to continue.
public enum TextPrompt: Sendable, Hashable {
  /// Text, tokenised with the tokens that the tokenizer adds of itself.
  case text(String)
  /// Token ids, used as they are.
  case tokens([Int32])
}
