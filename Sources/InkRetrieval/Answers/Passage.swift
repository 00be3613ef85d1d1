/// A stretch of a document that the model is shown: a found piece, joined with its neighbours where the plan widens.
public struct Passage: Sendable, Hashable {
  /// The number it is cited by, from 1.
  public var number: Int
  /// The piece that was found.
  public var found: ScoredPiece
  /// Bytes of the document's extracted text that are shown.
  public var range: Range<Int>
  /// The text at `range`.
  public var text: String
  /// The page of the first byte, from 1; nil when the format has no pages.
  public var page: Int?

  /// A passage.
  public init(number: Int, found: ScoredPiece, range: Range<Int>, text: String, page: Int?) {
    self.number = number
    self.found = found
    self.range = range
    self.text = text
    self.page = page
  }
}

extension Passage {
  /// The document's name and the headings above the passage, as words.
  var place: String {
    ([found.piece.document] + found.piece.piece.headings).joined(separator: " ")
      .map { $0.isLetter || $0.isNumber ? String($0) : " " }.joined()
  }
}
