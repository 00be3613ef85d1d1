/// The place in a source that a claim rests on.
public struct Citation: Sendable, Hashable, Codable {
  /// The document's name in its knowledge base.
  public var document: String
  /// SHA-256 of the file's bytes.
  public var sha256: String
  /// First byte of the piece in the document's extracted text.
  public var start: Int
  /// Byte behind the piece.
  public var end: Int
  /// The page of the first byte, from 1; nil when the format has no pages.
  public var page: Int?
  /// The headings that the piece stands under, the outermost first.
  public var headings: [String]
  /// How well the piece fits the question.
  public var score: Double
  /// The piece's text.
  public var text: String
  /// The words of the source that support the claim, byte for byte as they stand there.
  public var quote: String

  /// A citation.
  public init(
    document: String, sha256: String, start: Int, end: Int, page: Int?, headings: [String] = [], score: Double,
    text: String, quote: String
  ) {
    self.document = document
    self.sha256 = sha256
    self.start = start
    self.end = end
    self.page = page
    self.headings = headings
    self.score = score
    self.text = text
    self.quote = quote
  }

  /// Reads a citation; one that was written before headings were has none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    document = try values.decode(String.self, forKey: .document)
    sha256 = try values.decode(String.self, forKey: .sha256)
    start = try values.decode(Int.self, forKey: .start)
    end = try values.decode(Int.self, forKey: .end)
    page = try values.decodeIfPresent(Int.self, forKey: .page)
    headings = try values.decodeIfPresent([String].self, forKey: .headings) ?? []
    score = try values.decode(Double.self, forKey: .score)
    text = try values.decode(String.self, forKey: .text)
    quote = try values.decode(String.self, forKey: .quote)
  }
}
