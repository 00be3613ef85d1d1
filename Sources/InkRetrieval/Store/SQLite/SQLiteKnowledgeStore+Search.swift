import GRDB
import InkIndex

extension SQLiteKnowledgeStore {
  public func search(
    vector: [Float], count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard vector.count == settings.dimension, vector.allSatisfy(\.isFinite) else {
      throw RetrievalError(
        .invalidSetting, context: "query vector", expected: "\(settings.dimension) numbers",
        found: "\(vector.count) elements", hint: "Embed the query with \(settings.embedder).")
    }
    let (settings, path) = (settings, path)
    return try await search(count, filter: filter) { view, allowed, database in
      let filter = allowed.map { VectorFilter.ids($0) } ?? .all
      switch settings.vectors {
      case .float32:
        return try view.vectors.search(vector, count: count, filter: filter).map { ($0.id, Double($0.score)) }
      case .int8:
        // What codes leave undecided lies close behind the last that is wanted.
        let wanted = count + max(count, 32)
        let candidates = try view.vectors.search(vector, count: wanted, filter: filter).map(\.id)
        let contents = PieceContents(database, settings: settings, path: path)
        let scored = try contents.knownVectors(candidates).map { (id: $0.id, score: cosine(vector, $0.vector)) }
        return Array(scored.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }.prefix(count))
      }
    }
  }

  public func search(
    words query: String, count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    let terms = options.analyzer.query(query)
    return try await search(count, filter: filter) { view, allowed, _ in
      let filter = allowed.map { KeywordFilter.only($0) } ?? .all
      return try view.keywords.search(terms, count: count, among: filter).map { ($0.id, $0.score) }
    }
  }

  /// Searches until an index and a transaction are met in the same state, which nearly always is at once.
  private func search(
    _ count: Int, filter: MetadataFilter?,
    _ body: @escaping @Sendable (PieceIndexes.View, Set<Int64>?, Database) throws -> [(id: Int64, score: Double)]
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard count > 0 else { return [] }
    let condition = try filter?.condition()
    let (path, indexes) = (path, indexes)
    var last: [ScoredPiece] = []
    for _ in 0..<8 {
      let (found, isConsistent) = try await read { database -> ([ScoredPiece], Bool) in
        let view = try indexes.view(database)
        let allowed = try condition.map { condition in
          try Int64.fetchSet(
            database,
            sql: """
              SELECT pieces.id FROM documents JOIN pieces ON pieces.document = documents.id WHERE \(condition.sql)
              """, arguments: condition.arguments)
        }
        let matches = try indexes.indexing { try body(view, allowed, database) }
        let pieces = try matches.compactMap { match in
          try Self.piece(match.id, database, path: path).map { ScoredPiece($0, score: match.score) }
        }
        return (pieces, pieces.count == matches.count && indexes.isCurrent(view))
      }
      if isConsistent { return found }
      last = found
    }
    // A writer that never rests: what was found was there, though maybe not all of it at one moment.
    return last
  }
}
