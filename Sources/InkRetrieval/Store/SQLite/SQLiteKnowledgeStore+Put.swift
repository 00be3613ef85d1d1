import Foundation
import GRDB

extension SQLiteKnowledgeStore {
  public func put(
    _ source: SourceFile, text: ExtractedText, bytes: [UInt8]?, metadata: [String: String], pieces: [EmbeddedPiece]
  ) async throws(RetrievalError) -> StoredDocument {
    let utf8 = Array(text.text.utf8)
    try check(pieces, of: source.name, in: utf8)
    let change = DocumentChange(
      source: source, title: text.title, text: utf8, bytes: bytes,
      metadata: text.metadata.merging(metadata) { _, given in given }, warnings: text.warnings, pieces: pieces,
      updated: options.now())
    let path = path
    let document = try await write { database in
      try change.apply(to: database)
      return try Self.document(named: source.name, database, path: path)
    }
    try await read { [indexes] database in try indexes.saveIfDue(database) }
    guard let document else { throw Self.damage(path, "a document that was just written is missing") }
    return document
  }

  private func check(_ pieces: [EmbeddedPiece], of name: String, in text: [UInt8]) throws(RetrievalError) {
    for (position, embedded) in pieces.enumerated() {
      let context = "\(name), piece \(position)"
      let range = embedded.piece.range
      guard range.lowerBound >= 0, range.upperBound <= text.count, !range.isEmpty,
        text[range].elementsEqual(embedded.piece.text.utf8)
      else {
        throw RetrievalError(
          .invalidDocument, context: context, expected: "the text's bytes at \(range)",
          found: "other text, or a range beyond its \(text.count) bytes")
      }
      guard embedded.vector.count == settings.dimension, embedded.vector.allSatisfy(\.isFinite) else {
        throw RetrievalError(
          .invalidDocument, context: context, expected: "a vector of \(settings.dimension) numbers",
          found: embedded.vector.count == settings.dimension
            ? "a vector with elements that are none" : "one of \(embedded.vector.count)",
          hint: "Use the embedder that the base was made with: \(settings.embedder).")
      }
    }
  }

  static func damage(_ path: String, _ found: String) -> RetrievalError {
    RetrievalError(
      .store, context: path, found: found,
      hint: "The base is damaged; restore it from a copy, or make it anew and add its documents again.")
  }
}
