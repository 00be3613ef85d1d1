import Foundation
import GRDB

extension SQLiteKnowledgeStore {
  public func documents(matching filter: MetadataFilter?) async throws(RetrievalError) -> [StoredDocument] {
    let condition = try filter?.condition()
    let path = path
    return try await read { database in
      try Self.documents(
        where: condition?.sql ?? "1", condition?.arguments ?? StatementArguments(), database, path: path)
    }
  }

  public func document(named name: String) async throws(RetrievalError) -> StoredDocument? {
    let path = path
    return try await read { database in try Self.document(named: name, database, path: path) }
  }

  public func text(ofDocument name: String) async throws(RetrievalError) -> String {
    let path = path
    return try await read { database in
      let id = try Self.number(ofDocument: name, database, path: path)
      var bytes: [UInt8] = []
      let blocks = try Data.fetchCursor(
        database, sql: "SELECT bytes FROM texts WHERE document = ? ORDER BY block", arguments: [id])
      while let block = try blocks.next() { bytes += block }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  public func bytes(ofDocument name: String) async throws(RetrievalError) -> [UInt8]? {
    let path = path
    return try await read { database in
      let id = try Self.number(ofDocument: name, database, path: path)
      let bytes = try Data.fetchOne(database, sql: "SELECT bytes FROM uploads WHERE document = ?", arguments: [id])
      return bytes.map { [UInt8]($0) }
    }
  }

  private static func number(ofDocument name: String, _ database: Database, path: String) throws -> Int64 {
    let id = try Int64.fetchOne(database, sql: "SELECT id FROM documents WHERE name = ?", arguments: [name])
    guard let id else {
      throw RetrievalError(
        .notFound, context: path, expected: "a document called \(name)", hint: "List the base's documents.")
    }
    return id
  }

  static func document(named name: String, _ database: Database, path: String) throws -> StoredDocument? {
    try documents(where: "documents.name = ?", [name], database, path: path).first
  }

  private static func documents(
    where condition: String, _ arguments: StatementArguments, _ database: Database, path: String
  ) throws -> [StoredDocument] {
    var metadata: [Int64: [String: String]] = [:]
    let said = try Row.fetchCursor(
      database,
      sql: """
        SELECT m.document, m.key, m.value FROM documents JOIN metadata m ON m.document = documents.id
        WHERE \(condition)
        """, arguments: arguments)
    while let row = try said.next() {
      let (key, value): (String, String) = (row[1], row[2])
      metadata[row[0], default: [:]][key] = value
    }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT documents.* FROM documents WHERE \(condition) ORDER BY name", arguments: arguments)
    var documents: [StoredDocument] = []
    while let row = try rows.next() {
      let id: Int64 = row["id"]
      guard let warnings = try? JSONText.decode(row["warnings"]) else {
        throw damage(path, "document \(id) with warnings that cannot be read")
      }
      documents.append(
        StoredDocument(
          id: id,
          source: SourceFile(
            name: row["name"], path: row["path"], mediaType: row["media_type"], size: row["size"],
            sha256: row["sha256"]),
          title: row["title"], pieceCount: row["piece_count"], pageCount: row["page_count"],
          textSize: row["text_size"], updated: row["updated"], metadata: metadata[id] ?? [:], warnings: warnings))
    }
    return documents
  }
}
