import GRDB

extension SQLiteKnowledgeStore {
  @discardableResult
  public func remove(documents names: [String]) async throws(RetrievalError) -> [String] {
    let removed = try await write { database in
      var removed: [String] = []
      for name in names {
        let id = try Int64.fetchOne(database, sql: "SELECT id FROM documents WHERE name = ?", arguments: [name])
        guard let id else { continue }
        try Self.removeContent(of: id, database)
        removed.append(name)
      }
      return removed
    }
    if !removed.isEmpty {
      try await eraseLog()
      try await settle()
    }
    return removed
  }

  public func settle() async throws(RetrievalError) {
    // Another process may have removed something between reading and saving, which the file then still holds.
    for _ in 0..<4 {
      let place = try await read { [indexes] database in try indexes.save(database) }
      if try await read({ database in try !ChangeLog.hasRemovals(after: place, database) }) { return }
    }
  }

  private static func removeContent(of document: Int64, _ database: Database) throws {
    let pieces = try Int64.fetchAll(
      database, sql: "SELECT id FROM pieces WHERE document = ? ORDER BY id", arguments: [document])
    try database.execute(
      sql: "DELETE FROM vectors WHERE piece IN (SELECT id FROM pieces WHERE document = ?)", arguments: [document])
    for table in ["pieces", "texts", "uploads", "metadata"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE document = ?", arguments: [document])
    }
    try database.execute(sql: "DELETE FROM documents WHERE id = ?", arguments: [document])
    try ChangeLog.append(.removed, pieces, to: database)
  }

  /// Copies the write-ahead log into the database, where what was deleted is zeros, and empties the log, which still
  /// holds pages from before.
  private func eraseLog() async throws(RetrievalError) {
    do {
      _ = try await pool.writeWithoutTransaction { database in try database.checkpoint(.truncate) }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {
      throw RetrievalError(
        .store, context: path, found: "another process that keeps reading, so that the log cannot be emptied",
        hint: "The documents are removed, but traces remain in \(path)-wal; remove any document again when the other "
          + "process is done, or close all that use the base.")
    } catch {
      throw RetrievalError(database: error, path: path)
    }
  }
}
