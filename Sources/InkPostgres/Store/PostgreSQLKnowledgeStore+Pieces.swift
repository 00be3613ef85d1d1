public import InkRetrieval

extension PostgreSQLKnowledgeStore {
  /// What ``piece(_:context:)`` reads, of a row of `pieces`, `documents` and `texts`.
  static let pieceColumns = """
    pieces.id, pieces.document, documents.name, documents.sha256, pieces.position, pieces.first_byte, pieces.end_byte,
    pieces.page, pieces.headings,
    substring(texts.bytes FROM (pieces.first_byte + 1)::integer FOR (pieces.end_byte - pieces.first_byte)::integer)
    """
  static let pieceTables = """
    JOIN documents ON documents.id = pieces.document JOIN texts ON texts.document = pieces.document
    """

  public func pieces(ofDocument id: Int64, at positions: Range<Int>) async throws(RetrievalError) -> [StoredPiece] {
    guard !positions.isEmpty else { return [] }
    return try await pieces(
      """
      SELECT \(Self.pieceColumns) FROM pieces \(Self.pieceTables)
      WHERE pieces.document = $1 AND pieces.position >= $2 AND pieces.position < $3 ORDER BY pieces.position
      """, [.integer(id), .integer(Int64(positions.lowerBound)), .integer(Int64(positions.upperBound))])
  }

  public func pieces(_ ids: [Int64]) async throws(RetrievalError) -> [StoredPiece] {
    guard !ids.isEmpty else { return [] }
    return try await pieces(
      """
      SELECT \(Self.pieceColumns) FROM unnest($1) WITH ORDINALITY AS asked (piece, place)
      JOIN pieces ON pieces.id = asked.piece \(Self.pieceTables) ORDER BY asked.place
      """, [.integers(ids)])
  }

  public func knownVectors(_ hashes: [String]) async throws(RetrievalError) -> [String: [Float]] {
    guard !hashes.isEmpty else { return [:] }
    let rows = try await pool.withConnection { connection throws(RetrievalError) in
      try await connection.rows(
        """
        SELECT DISTINCT ON (hash) hash, elements FROM pieces JOIN vectors ON vectors.piece = pieces.id
        WHERE hash = ANY ($1) ORDER BY hash, id
        """, [.texts(Array(Set(hashes)))])
    }
    var vectors: [String: [Float]] = [:]
    for row in rows { vectors[try row.text(0)] = try row.vector(1, dimension: settings.dimension) }
    return vectors
  }

  public func vectors(_ ids: [Int64]) async throws(RetrievalError) -> [[Float]?] {
    guard !ids.isEmpty else { return [] }
    let rows = try await pool.withConnection { connection throws(RetrievalError) in
      try await connection.rows(
        """
        SELECT elements FROM unnest($1) WITH ORDINALITY AS asked (piece, place)
        LEFT JOIN vectors ON vectors.piece = asked.piece ORDER BY asked.place
        """, [.integers(ids)])
    }
    var vectors: [[Float]?] = []
    for row in rows { vectors.append(try row.isNull(0) ? nil : try row.vector(0, dimension: settings.dimension)) }
    return vectors
  }

  private func pieces(_ statement: String, _ values: [PostgreSQLValue]) async throws(RetrievalError) -> [StoredPiece] {
    let rows = try await pool.withConnection { connection throws(RetrievalError) in
      try await connection.rows(statement, values)
    }
    var pieces: [StoredPiece] = []
    for row in rows { pieces.append(try Self.piece(row, context: context)) }
    return pieces
  }

  /// A row of ``pieceColumns``.
  static func piece(_ row: PostgreSQLRow, context: String) throws(RetrievalError) -> StoredPiece {
    let (id, start, end) = (try row.integer(0), try row.count(5), try row.count(6))
    let bytes = try row.bytes(9)
    guard start >= 0, start < end, bytes.count == end - start, let headings = try? JSONText.decode(try row.text(8))
    else {
      throw damage(context, "piece \(id) with a range or headings that cannot be")
    }
    return StoredPiece(
      id: id, documentID: try row.integer(1), document: try row.text(2), sha256: try row.text(3),
      position: try row.count(4),
      piece: Piece(
        range: start..<end, text: String(decoding: bytes, as: UTF8.self), headings: headings,
        page: try row.optionalCount(7)))
  }
}
