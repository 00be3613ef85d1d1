import InkChat
import InkRetrieval

/// What the knowledge commands print with `--json`.
enum KnowledgeReport {
  /// A found piece.
  static func result(_ result: ScoredPiece) -> Report {
    let piece = result.piece.piece
    return [
      "text": .string(piece.text), "document": .string(result.piece.document), "sha256": .string(result.piece.sha256),
      "start": .whole(piece.range.lowerBound), "end": .whole(piece.range.upperBound),
      "page": piece.page.map { .whole($0) } ?? .null, "score": .number(result.score),
      "headings": .array(piece.headings.map { .string($0) }), "piece": .integer(result.piece.id),
    ]
  }

  /// A stage of a search.
  static func stage(_ entry: SearchTrace.Entry) -> Report {
    ["stage": .string(entry.stage.rawValue), "results": .array(entry.results.map(result))]
  }

  /// An answer.
  static func answer(_ answer: GroundedAnswer, knowledge: String, model: String) -> Report {
    [
      "knowledge": .string(knowledge), "model": answer.wording.isFromModel ? .string(model) : .null,
      "question": .string(answer.question),
      "searched": .text(answer.searched), "outcome": .string(answer.outcome.rawValue),
      "wording": .string(answer.wording.rawValue),
      "answer": .string(answer.answer), "citations": .array(answer.citations.map(citation)),
      "supported": .array(
        answer.supported.map { sentence -> Report in
          [
            "sentence": .string(sentence.sentence), "supported": .boolean(sentence.supported),
            "citations": .array(sentence.citations.map { .whole($0) }),
          ]
        }),
      "notes": .array(answer.notes.map { .string($0) }),
    ]
  }

  private static func citation(_ citation: Citation) -> Report {
    [
      "text": .string(citation.text), "document": .string(citation.document), "sha256": .string(citation.sha256),
      "start": .whole(citation.start), "end": .whole(citation.end), "page": citation.page.map { .whole($0) } ?? .null,
      "headings": .array(citation.headings.map { .string($0) }), "score": .number(citation.score),
      "quote": .string(citation.quote),
    ]
  }
}
