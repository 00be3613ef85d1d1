/// How tokens become text again.
enum Decoder: Sendable {
  /// Tokens hold the bytes of the text.
  case bytes
  /// Tokens hold text that is rewritten step by step.
  case text(TextDecoder)
  /// SentencePiece's own rules.
  case sentencePiece(SentencePieceDecoder)
}
