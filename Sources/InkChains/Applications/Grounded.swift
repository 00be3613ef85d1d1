public import InkRetrieval

/// A question with the pieces of documents that were found for it.
public struct Grounded: Sendable, Hashable {
  /// The question.
  public var question: String
  /// What was found, the best first.
  public var pieces: [ScoredPiece]

  /// A grounded question.
  public init(question: String, pieces: [ScoredPiece]) {
    self.question = question
    self.pieces = pieces
  }

  /// The pieces as numbered text for a prompt, `[1] name: text`.
  public var numberedText: String {
    pieces.enumerated().map { "[\($0 + 1)] \($1.piece.document): \($1.piece.piece.text)" }.joined(separator: "\n\n")
  }
}
