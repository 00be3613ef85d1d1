import Foundation
import GRDB

extension SQLiteKnowledgeStore {
  public func put(
    _ source: SourceFile, text: ExtractedText, bytes: [UInt8]?, metadata: [String: String], pieces: [EmbeddedPiece]
  ) async throws(RetrievalError) -> StoredDocument {
    let utf8 = Array(text.text.utf8)
    try settings.check(pieces, of: source.name, in: utf8)
    let change = DocumentChange(
      source: source, title: text.title, text: utf8,
      pageCount: text.pageCount, bytes: bytes,
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

  static func damage(_ path: String, _ found: String) -> RetrievalError {
    RetrievalError(
      .store, context: path, found: found,
      hint: "The base is damaged; restore it from a copy, or make it anew and add its documents again.")
  }
}
