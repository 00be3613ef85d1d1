public import InkChat

/// Makes the splitter that a knowledge base's settings ask for.
public enum SplitterChoice {
  /// The splitter of these settings, which measures in the tokens of `embedder` where it counts them.
  ///
  /// - Throws: ``RetrievalError`` with code `invalidSetting` for sizes that cannot be, or when splitting by sense is
  ///   asked for without an embedder.
  public static func splitter(
    for settings: KnowledgeSettings, embedder: (any Embedder)?
  ) throws(RetrievalError) -> any TextSplitter {
    let size = try PieceSize(
      TextLength.tokens(of: embedder), limit: settings.pieceTokens, overlap: settings.overlapTokens)
    switch settings.splitting {
    case .automatic: return AutomaticSplitter(size)
    case .recursive: return RecursiveSplitter(size)
    case .sentences: return SentenceSplitter(size)
    case .tokens: return TokenSplitter(size)
    case .markdown: return MarkdownSplitter(size)
    case .html: return HeadingSplitter(size)
    case .code: return CodeSplitter(size)
    case .semantic:
      guard let embedder else {
        throw RetrievalError(
          .invalidSetting, context: "splitting by sense", expected: "an embedder", found: "none",
          hint: "Choose another way of splitting, or name an embedder.")
      }
      return try SemanticSplitter(size, embedder: embedder)
    }
  }
}
