import Foundation
import GRDB

extension SQLiteKnowledgeStore {
  public func search(
    vector: [Float], count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard vector.count == settings.dimension, vector.allSatisfy(\.isFinite) else {
      throw RetrievalError(
        .invalidSetting, context: "query vector", expected: "\(settings.dimension) numbers",
        found: "\(vector.count) elements", hint: "Embed the query with \(settings.embedder).")
    }
    let length = Self.length(vector)
    let (dimension, path) = (settings.dimension, path)
    return try await ranked(count, filter: filter) { database, id in
      let statement = try database.cachedStatement(sql: "SELECT vector FROM vectors WHERE piece = ?")
      guard let data = try Data.fetchOne(statement, arguments: [id]) else { return nil }
      let other = try VectorBytes.vector(data, dimension: dimension, path: path)
      let norm = length * Self.length(other)
      return norm > 0 ? zip(vector, other).reduce(0) { $0 + Double($1.0) * Double($1.1) } / norm : 0
    }
  }

  public func search(
    words query: String, count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    let words = Set(query.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    let path = path
    return try await ranked(count, filter: filter) { database, id in
      guard let stored = try Self.piece(id, database, path: path) else { return nil }
      let text = stored.piece.text.lowercased()
      let found = words.count { text.contains($0) }
      return found > 0 ? Double(found) : nil
    }
  }

  private static func length(_ vector: [Float]) -> Double {
    vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// Looks at every piece.
  private func ranked(
    _ count: Int, filter: MetadataFilter?, score: @escaping @Sendable (Database, Int64) throws -> Double?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard count > 0 else { return [] }
    let condition = try filter?.condition()
    let path = path
    return try await read { database in
      let ids = try Int64.fetchAll(
        database,
        sql: """
          SELECT pieces.id FROM pieces JOIN documents ON documents.id = pieces.document WHERE \(condition?.sql ?? "1")
          """, arguments: condition?.arguments ?? StatementArguments())
      var found: [(id: Int64, score: Double)] = []
      for id in ids {
        if let score = try score(database, id) { found.append((id, score)) }
      }
      found.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
      return try found.prefix(count).compactMap { id, score in
        try Self.piece(id, database, path: path).map { ScoredPiece($0, score: score) }
      }
    }
  }
}
