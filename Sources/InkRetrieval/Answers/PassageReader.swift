/// Makes passages of results: widens them by their neighbours, joins those that overlap, keeps within a budget.
public struct PassageReader: Sendable {
  private let store: any KnowledgeStore
  private let widening: Int
  private let budget: Int
  private let length: @Sendable (String) -> Int

  /// A reader.
  ///
  /// - Parameters:
  ///   - widening: neighbouring pieces on either side.
  ///   - budget: the most that all passages measure together; the first passage is always given.
  ///   - length: what a text measures: tokens of the model, or an estimate.
  public init(
    _ store: any KnowledgeStore, widening: Int, budget: Int, length: @escaping @Sendable (String) -> Int
  ) {
    self.store = store
    self.widening = widening
    self.budget = budget
    self.length = length
  }

  /// The passages in the order of the results. A result that lies within an earlier passage adds nothing.
  public func passages(of results: [ScoredPiece]) async throws(RetrievalError) -> [Passage] {
    var passages: [Passage] = []
    var texts: [String: [UInt8]] = [:]
    var used = 0
    for result in results {
      let piece = result.piece
      var shown = piece.piece
      if widening > 0 {
        let positions = max(piece.position - widening, 0)..<(piece.position + widening + 1)
        shown = PassageReader.joined(shown, try await store.pieces(ofDocument: piece.documentID, at: positions))
      }
      let inside = passages.contains {
        $0.found.piece.documentID == piece.documentID && $0.range.lowerBound <= shown.range.lowerBound
          && $0.range.upperBound >= shown.range.upperBound
      }
      if inside { continue }
      if shown.range != piece.piece.range {
        if texts[piece.document] == nil {
          texts[piece.document] = Array(try await store.text(ofDocument: piece.document).utf8)
        }
        // A document that was replaced since the search has another text; the piece itself is still what was found.
        if let bytes = texts[piece.document], shown.range.upperBound <= bytes.count {
          shown.text = String(decoding: bytes[shown.range], as: UTF8.self)
        }
        if !shown.text.contains(piece.piece.text) { shown = piece.piece }
      }
      let size = length(shown.text)
      if !passages.isEmpty, used + size > budget { continue }
      used += size
      passages.append(
        Passage(number: passages.count + 1, found: result, range: shown.range, text: shown.text, page: shown.page))
    }
    return passages
  }

  /// A piece from the beginning of its first neighbour to the end of its last, with the text still to be read.
  private static func joined(_ piece: Piece, _ neighbours: [StoredPiece]) -> Piece {
    var joined = piece
    for neighbour in neighbours.map(\.piece) {
      if neighbour.range.lowerBound < joined.range.lowerBound {
        joined.range = neighbour.range.lowerBound..<joined.range.upperBound
        joined.page = neighbour.page
      }
      if neighbour.range.upperBound > joined.range.upperBound {
        joined.range = joined.range.lowerBound..<neighbour.range.upperBound
      }
    }
    return joined
  }
}
