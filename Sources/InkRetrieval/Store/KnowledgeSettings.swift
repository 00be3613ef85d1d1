/// What is fixed when a knowledge base is made, because everything in it depends on it.
public struct KnowledgeSettings: Sendable, Hashable, Codable {
  /// How the base's texts become pieces.
  public enum Splitting: String, Sendable, Hashable, Codable, CaseIterable {
    /// By headings where there are any, else by paragraphs, sentences and words.
    case automatic
    case recursive, sentences, tokens, markdown, html, code, semantic
  }

  /// What of a piece is embedded.
  public enum EmbeddedText: String, Sendable, Hashable, Codable, CaseIterable {
    /// The titles of the headings that the piece stands under, then its text.
    case headingsAndPiece
    /// Its text alone.
    case piece
  }

  /// The embedder's reference, such as `minilm` or an endpoint's model.
  public var embedder: String
  /// Elements of a vector.
  public var dimension: Int
  /// How texts are cut.
  public var splitting: Splitting
  /// The most tokens of a piece, as the embedder counts them; estimated where it does not tell, a Chinese, Japanese or
  /// Korean character as one, four others as one.
  public var pieceTokens: Int
  /// Tokens that neighbouring pieces share.
  public var overlapTokens: Int
  /// What of a piece is embedded.
  public var embeddedText: EmbeddedText

  /// Settings.
  public init(
    embedder: String, dimension: Int, splitting: Splitting = .automatic, pieceTokens: Int = 256,
    overlapTokens: Int = 32, embeddedText: EmbeddedText = .headingsAndPiece
  ) {
    self.embedder = embedder
    self.dimension = dimension
    self.splitting = splitting
    self.pieceTokens = pieceTokens
    self.overlapTokens = overlapTokens
    self.embeddedText = embeddedText
  }
}
