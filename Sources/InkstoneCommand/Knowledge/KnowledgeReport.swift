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
  ///
  /// - Parameter cost: what was paid for it; nil where no price was given.
  static func answer(_ answer: GroundedAnswer, knowledge: String, model: String, cost: Double?) -> Report {
    let sentences = answer.supported.map { sentence -> Report in
      [
        "sentence": .string(sentence.sentence), "supported": .boolean(sentence.supported),
        "citations": .array(sentence.citations.map { .whole($0) }),
      ]
    }
    var members = [
      JSONMember("knowledge", .string(knowledge)),
      JSONMember("model", answer.wording.isFromModel ? .string(model) : .null),
      JSONMember("question", .string(answer.question)), JSONMember("searched", .text(answer.searched)),
      JSONMember("outcome", .string(answer.outcome.rawValue)), JSONMember("wording", .string(answer.wording.rawValue)),
      JSONMember("answer", .string(answer.answer)),
      JSONMember("citations", .array(answer.citations.map(citation))), JSONMember("supported", .array(sentences)),
      JSONMember("notes", .array(answer.notes.map { .string($0) })),
    ]
    if let cost { members.append(JSONMember("cost", .number(cost))) }
    return .object(members)
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
