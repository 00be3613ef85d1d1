/// A part of a document that is embedded, found and cited as one.
public struct Piece: Sendable, Hashable {
  /// Bytes of the document's extracted text.
  public var range: Range<Int>
  /// The text at `range`, byte for byte.
  public var text: String
  /// Titles of the headings that the piece stands under, the highest first.
  public var headings: [String]
  /// The page of its first byte, from 1; nil when the format has no pages.
  public var page: Int?

  /// A piece.
  public init(range: Range<Int>, text: String, headings: [String] = [], page: Int? = nil) {
    self.range = range
    self.text = text
    self.headings = headings
    self.page = page
  }
}
