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

  /// What a search compares vectors by.
  public enum Vectors: String, Sendable, Hashable, Codable, CaseIterable {
    /// Floats, beside codes where there are so many that a graph leads to them.
    case float32
    /// Codes of 8 bits: a quarter of the memory. What they find is put in order by the floats that the database keeps.
    case int8
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
  /// What a search compares vectors by.
  public var vectors: Vectors

  /// Settings.
  public init(
    embedder: String, dimension: Int, splitting: Splitting = .automatic, pieceTokens: Int = 256,
    overlapTokens: Int = 32, embeddedText: EmbeddedText = .headingsAndPiece,
    vectors: Vectors = .float32
  ) {
    self.embedder = embedder
    self.dimension = dimension
    self.splitting = splitting
    self.pieceTokens = pieceTokens
    self.overlapTokens = overlapTokens
    self.embeddedText = embeddedText
    self.vectors = vectors
  }

  /// Reads settings; those from before there was a choice of vectors have floats.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    embedder = try values.decode(String.self, forKey: .embedder)
    dimension = try values.decode(Int.self, forKey: .dimension)
    splitting = try values.decode(Splitting.self, forKey: .splitting)
    pieceTokens = try values.decode(Int.self, forKey: .pieceTokens)
    overlapTokens = try values.decode(Int.self, forKey: .overlapTokens)
    embeddedText = try values.decode(EmbeddedText.self, forKey: .embeddedText)
    vectors = try values.decodeIfPresent(Vectors.self, forKey: .vectors) ?? .float32
  }
}
