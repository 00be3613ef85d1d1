import Foundation
import GRDB

/// A document on its way into the tables.
struct DocumentChange: Sendable {
  var source: SourceFile
  var title: String?
  var text: [UInt8]
  /// Nil when the format has no pages.
  var pageCount: Int?
  var bytes: [UInt8]?
  var metadata: [String: String]
  var warnings: [String]
  var pieces: [EmbeddedPiece]
  var updated: Double

  /// What makes two pieces the same but for their place: they keep number, vector and index entries.
  private struct Identity: Hashable {
    var hash: String
    var headings: String
  }

  /// Puts the document in the place of the one of its name. The caller's transaction makes it all or nothing.
  func apply(to database: Database) throws {
    let id = try writeDocument(database)
    try writePieces(database, document: id)
    for block in stride(from: 0, to: text.count, by: KnowledgeSchema.textBlock) {
      let bytes = text[block..<min(block + KnowledgeSchema.textBlock, text.count)]
      try database.cachedStatement(sql: "INSERT INTO texts (document, block, bytes) VALUES (?, ?, ?)")
        .execute(arguments: [id, block / KnowledgeSchema.textBlock, Data(bytes)])
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      try database.cachedStatement(sql: "INSERT INTO metadata VALUES (?, ?, ?)").execute(arguments: [id, key, value])
    }
    if let bytes {
      try database.execute(sql: "INSERT INTO uploads VALUES (?, ?)", arguments: [id, Data(bytes)])
    }
  }

  private func writeDocument(_ database: Database) throws -> Int64 {
    let values: StatementArguments = [
      source.path, source.mediaType, source.size, source.sha256, title, text.count, pieces.count, updated,
      try JSONText.encode(warnings), pageCount,
    ]
    let known = try Int64.fetchOne(database, sql: "SELECT id FROM documents WHERE name = ?", arguments: [source.name])
    guard let known else {
      try database.execute(
        sql: """
          INSERT INTO documents
            (path, media_type, size, sha256, title, text_size, piece_count, updated, warnings, page_count, name)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """, arguments: values + [source.name])
      return database.lastInsertedRowID
    }
    for table in ["texts", "metadata", "uploads"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE document = ?", arguments: [known])
    }
    try database.execute(
      sql: """
        UPDATE documents SET path = ?, media_type = ?, size = ?, sha256 = ?, title = ?, text_size = ?,
          piece_count = ?, updated = ?, warnings = ?, page_count = ?
        WHERE id = ?
        """, arguments: values + [known])
    return known
  }

  private func writePieces(_ database: Database, document: Int64) throws {
    var old: [Identity: [Int64]] = [:]
    let rows = try Row.fetchCursor(
      database, sql: "SELECT id, hash, headings FROM pieces WHERE document = ? ORDER BY position DESC",
      arguments: [document])
    while let row = try rows.next() { old[Identity(hash: row[1], headings: row[2]), default: []].append(row[0]) }

    var added: [Int64] = []
    for (position, embedded) in pieces.enumerated() {
      let piece = embedded.piece
      let place: StatementArguments = [position, piece.range.lowerBound, piece.range.upperBound, piece.page]
      let headings = try JSONText.encode(piece.headings)
      if let kept = old[Identity(hash: embedded.hash, headings: headings)]?.popLast() {
        try database.cachedStatement(
          sql: "UPDATE pieces SET position = ?, start = ?, end = ?, page = ? WHERE id = ?"
        ).execute(arguments: place + [kept])
        continue
      }
      try database.cachedStatement(
        sql: """
          INSERT INTO pieces (position, start, end, page, document, headings, hash) VALUES (?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(arguments: place + [document, headings, embedded.hash])
      let id = database.lastInsertedRowID
      try database.cachedStatement(sql: "INSERT INTO vectors VALUES (?, ?)")
        .execute(arguments: [id, VectorBytes.data(embedded.vector)])
      added.append(id)
    }
    let gone = old.values.joined().sorted()
    for id in gone {
      try database.cachedStatement(sql: "DELETE FROM vectors WHERE piece = ?").execute(arguments: [id])
      try database.cachedStatement(sql: "DELETE FROM pieces WHERE id = ?").execute(arguments: [id])
    }
    try ChangeLog.append(.removed, gone, to: database)
    try ChangeLog.append(.added, added, to: database)
  }
}
