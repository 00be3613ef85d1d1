import Foundation
public import InkRetrieval

extension PostgreSQLKnowledgeStore {
  public func documents(matching filter: MetadataFilter?) async throws(RetrievalError) -> [StoredDocument] {
    let condition = try FilterCondition(filter ?? .all([]), after: [])
    let context = context
    return try await pool.withConnection { connection throws(RetrievalError) in
      try await Self.documents(where: condition.sql, condition.values, connection, context: context)
    }
  }

  public func document(named name: String) async throws(RetrievalError) -> StoredDocument? {
    let context = context
    return try await pool.withConnection { connection throws(RetrievalError) in
      try await Self.document(named: name, connection, context: context)
    }
  }

  public func text(ofDocument name: String) async throws(RetrievalError) -> String {
    let row = try await row(
      ofDocument: name,
      "SELECT bytes FROM documents JOIN texts ON texts.document = documents.id WHERE name = $1")
    return String(decoding: try row.bytes(0), as: UTF8.self)
  }

  public func bytes(ofDocument name: String) async throws(RetrievalError) -> [UInt8]? {
    let row = try await row(
      ofDocument: name,
      "SELECT bytes FROM documents LEFT JOIN uploads ON uploads.document = documents.id WHERE name = $1")
    return try row.optionalBytes(0)
  }

  private func row(ofDocument name: String, _ statement: String) async throws(RetrievalError) -> PostgreSQLRow {
    let rows = try await pool.withConnection { connection throws(RetrievalError) in
      try await connection.rows(statement, [.text(name)])
    }
    guard let row = rows.first else {
      throw RetrievalError(
        .notFound, context: context, expected: "a document called \(name)", hint: "List the base's documents.")
    }
    return row
  }

  static func document(
    named name: String, _ connection: PostgreSQLConnection, context: String
  ) async throws(RetrievalError) -> StoredDocument? {
    try await documents(where: "documents.name = $1", [.text(name)], connection, context: context).first
  }

  private static func documents(
    where condition: String, _ values: [PostgreSQLValue], _ connection: PostgreSQLConnection, context: String
  ) async throws(RetrievalError) -> [StoredDocument] {
    let rows = try await connection.rows(
      """
      SELECT id, name, path, media_type, size, sha256, title, piece_count, text_size, updated, warnings, (
          SELECT json_object_agg(key, value)::text FROM fields
          WHERE document = documents.id AND origin = '\(DocumentField.Origin.metadata.rawValue)'), page_count
      FROM documents WHERE \(condition) ORDER BY name
      """, values)
    var documents: [StoredDocument] = []
    for row in rows {
      let id = try row.integer(0)
      let said = try row.optionalText(11) ?? "{}"
      guard let warnings = try? JSONText.decode(try row.text(10)),
        let metadata = try? JSONDecoder().decode([String: String].self, from: Data(said.utf8))
      else { throw damage(context, "document \(id) with metadata or warnings that cannot be read") }
      documents.append(
        StoredDocument(
          id: id,
          source: SourceFile(
            name: try row.text(1), path: try row.optionalText(2), mediaType: try row.text(3), size: try row.count(4),
            sha256: try row.text(5)),
          title: try row.optionalText(6), pieceCount: try row.count(7),
          pageCount: try row.optionalCount(12), textSize: try row.count(8), updated: try row.real(9),
          metadata: metadata, warnings: warnings))
    }
    return documents
  }
}
