import Foundation
import GRDB

extension SQLiteKnowledgeStore {
  private static let columns = """
    pieces.id, pieces.document, documents.name, documents.sha256, pieces.position, pieces.start, pieces.end,
    pieces.page, pieces.headings
    """

  public func pieces(ofDocument id: Int64, at positions: Range<Int>) async throws(RetrievalError) -> [StoredPiece] {
    guard !positions.isEmpty else { return [] }
    let path = path
    return try await read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT \(Self.columns) FROM pieces JOIN documents ON documents.id = pieces.document
          WHERE pieces.document = ? AND pieces.position >= ? AND pieces.position < ? ORDER BY pieces.position
          """, arguments: [id, positions.lowerBound, positions.upperBound])
      return try rows.map { row in try Self.piece(row, database, path: path) }
    }
  }

  public func pieces(_ ids: [Int64]) async throws(RetrievalError) -> [StoredPiece] {
    let path = path
    return try await read { database in
      try ids.compactMap { id in try Self.piece(id, database, path: path) }
    }
  }

  public func knownVectors(_ hashes: [String]) async throws(RetrievalError) -> [String: [Float]] {
    let (dimension, path) = (settings.dimension, path)
    return try await read { database in
      var vectors: [String: [Float]] = [:]
      for hash in Set(hashes) {
        let statement = try database.cachedStatement(
          sql: "SELECT vector FROM pieces JOIN vectors ON piece = id WHERE hash = ? ORDER BY id LIMIT 1")
        guard let data = try Data.fetchOne(statement, arguments: [hash]) else { continue }
        vectors[hash] = try VectorBytes.vector(data, dimension: dimension, path: path)
      }
      return vectors
    }
  }

  public func vectors(_ ids: [Int64]) async throws(RetrievalError) -> [[Float]?] {
    let (dimension, path) = (settings.dimension, path)
    return try await read { database in
      try ids.map { id in
        let statement = try database.cachedStatement(sql: "SELECT vector FROM vectors WHERE piece = ?")
        guard let data = try Data.fetchOne(statement, arguments: [id]) else { return nil }
        return try VectorBytes.vector(data, dimension: dimension, path: path)
      }
    }
  }

  static func piece(_ id: Int64, _ database: Database, path: String) throws -> StoredPiece? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM pieces JOIN documents ON documents.id = pieces.document WHERE pieces.id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
    return try piece(row, database, path: path)
  }

  private static func piece(_ row: Row, _ database: Database, path: String) throws -> StoredPiece {
    let (document, start, end): (Int64, Int, Int) = (row[1], row[5], row[6])
    guard start >= 0, start < end, let headings = try? JSONText.decode(row[8]) else {
      throw damage(path, "piece \(row[0] as Int64) with a range or headings that cannot be")
    }
    let text = try text(ofDocument: document, at: start..<end, database, path: path)
    return StoredPiece(
      id: row[0], documentID: document, document: row[2], sha256: row[3], position: row[4],
      piece: Piece(range: start..<end, text: text, headings: headings, page: row[7]))
  }

  /// A stretch of a document's text; reads the blocks that hold it.
  static func text(
    ofDocument id: Int64, at range: Range<Int>, _ database: Database, path: String
  ) throws -> String {
    let size = KnowledgeSchema.textBlock
    let first = range.lowerBound / size
    let statement = try database.cachedStatement(
      sql: "SELECT bytes FROM texts WHERE document = ? AND block BETWEEN ? AND ? ORDER BY block")
    var bytes: [UInt8] = []
    let blocks = try Data.fetchCursor(statement, arguments: [id, first, (range.upperBound - 1) / size])
    while let block = try blocks.next() { bytes += block }
    let start = range.lowerBound - first * size
    guard start + range.count <= bytes.count else { throw damage(path, "document \(id) whose text ends too early") }
    return String(decoding: bytes[start..<start + range.count], as: UTF8.self)
  }
}
