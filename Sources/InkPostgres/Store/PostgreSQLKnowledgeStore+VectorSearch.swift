public import InkRetrieval

extension PostgreSQLKnowledgeStore {
  /// The most candidates that pgvector's graph gives.
  private static let mostCandidates = 1000

  public func search(
    vector: [Float], count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard vector.count == settings.dimension, vector.allSatisfy(\.isFinite) else {
      throw RetrievalError(
        .invalidSetting, context: "query vector", expected: "\(settings.dimension) numbers",
        found: "\(vector.count) elements", hint: "Embed the query with \(settings.embedder).")
    }
    guard count > 0 else { return [] }
    let values: [PostgreSQLValue] = [.vector(vector), .integer(Int64(count))]
    let condition = try filter.map { filter throws(RetrievalError) in try FilterCondition(filter, after: values) }
    let candidates = min(max(2 * min(count, Self.mostCandidates), 100), Self.mostCandidates)
    let mayUseGraph =
      settings.dimension <= BaseSchema.largestIndexedDimension && count <= candidates
      && vector.contains { $0 != 0 }
    let (context, graphFrom) = (context, options.graphFrom)
    return try await read { connection throws(RetrievalError) in
      if mayUseGraph {
        let pieces = try await connection.rows("SELECT coalesce(sum(piece_count), 0)::bigint FROM documents")
        if try pieces.first?.integer(0) ?? 0 >= Int64(clamping: graphFrom) {
          let size = condition == nil ? candidates : Self.mostCandidates
          _ = try await connection.rows("SELECT set_config('hnsw.ef_search', $1, true)", [.text(String(size))])
          let found = try await connection.rows(
            Self.graphStatement(condition, candidates: size), condition?.values ?? values)
          // Fewer may have been among the candidates than there are.
          if found.count == count { return try Self.scored(found, context: context) }
        }
      }
      let found = try await connection.rows(Self.exactStatement(condition), condition?.values ?? values)
      return try Self.scored(found, context: context)
    }
  }

  /// The graph's candidates, of which the filter leaves some.
  private static func graphStatement(_ condition: FilterCondition?, candidates: Int) -> String {
    """
    WITH nearest AS MATERIALIZED (
      SELECT piece, elements <=> $1::vector AS distance FROM vectors
      ORDER BY elements <=> $1::vector LIMIT \(candidates))
    SELECT \(pieceColumns), nearest.distance FROM nearest JOIN pieces ON pieces.id = nearest.piece \(pieceTables)
    WHERE \(condition?.sql ?? "true") ORDER BY nearest.distance, pieces.id LIMIT $2
    """
  }

  /// Every vector that the filter leaves. The order is by an expression that the graph does not know, which would give
  /// fewer than there are. A vector of zeros has no direction, and is as far as one at a right angle.
  private static func exactStatement(_ condition: FilterCondition?) -> String {
    let among =
      condition.map { condition in
        """
        JOIN pieces ON pieces.id = vectors.piece JOIN documents ON documents.id = pieces.document WHERE \(condition.sql)
        """
      } ?? ""
    return """
      WITH nearest AS MATERIALIZED (
        SELECT vectors.piece, coalesce(nullif(elements <=> $1::vector, 'NaN'), 1) AS distance FROM vectors \(among)
        ORDER BY distance, vectors.piece LIMIT $2)
      SELECT \(pieceColumns), nearest.distance FROM nearest JOIN pieces ON pieces.id = nearest.piece \(pieceTables)
      ORDER BY nearest.distance, pieces.id
      """
  }

  private static func scored(_ rows: [PostgreSQLRow], context: String) throws(RetrievalError) -> [ScoredPiece] {
    var found: [ScoredPiece] = []
    for row in rows { found.append(ScoredPiece(try piece(row, context: context), score: 1 - (try row.real(10)))) }
    return found
  }
}
