public import InkRetrieval

extension PostgreSQLKnowledgeStore {
  @discardableResult
  public func remove(documents names: [String]) async throws(RetrievalError) -> [String] {
    guard !names.isEmpty else { return [] }
    return try await write { connection throws(RetrievalError) in
      let rows = try await connection.rows(
        "SELECT id, name FROM documents WHERE name = ANY ($1)", [.texts(names)])
      var found: [String: Int64] = [:]
      for row in rows { found[try row.text(1)] = try row.integer(0) }
      guard !found.isEmpty else { return [] }
      let ids = PostgreSQLValue.integers(found.values.sorted())
      for statement in Self.removals { _ = try await connection.rows(statement, [ids]) }
      return names.filter { found.removeValue(forKey: $0) != nil }
    }
  }

  /// What holds others last.
  private static let removals = [
    "DELETE FROM postings WHERE document = ANY ($1)",
    "DELETE FROM vectors USING pieces WHERE pieces.id = vectors.piece AND pieces.document = ANY ($1)",
    "DELETE FROM pieces WHERE document = ANY ($1)",
    "DELETE FROM fields WHERE document = ANY ($1)",
    "DELETE FROM texts WHERE document = ANY ($1)",
    "DELETE FROM uploads WHERE document = ANY ($1)",
    "DELETE FROM documents WHERE id = ANY ($1)",
  ]

  /// Lets the server reclaim what removed rows took, in tables and in the graph, and count anew what its plans go by.
  public func settle() async throws(RetrievalError) {
    try await pool.withConnection { connection throws(RetrievalError) in
      try await connection.run("VACUUM (ANALYZE) \(BaseSchema.documentTables)")
    }
  }
}
