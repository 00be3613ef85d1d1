import Foundation
import GRDB
import InkIndex

/// Reads what indexes are built from, in batches that bound memory.
struct PieceContents {
  /// Pieces of a batch.
  private static let batch = 1_024

  private let database: Database
  private let settings: KnowledgeSettings
  private let path: String

  init(_ database: Database, settings: KnowledgeSettings, path: String) {
    self.database = database
    self.settings = settings
    self.path = path
  }

  /// The numbers of the pieces that are there, in batches.
  func batches(in pieces: ClosedRange<Int64> = 0...Int64.max) throws -> [[Int64]] {
    let ids = try Int64.fetchAll(
      database, sql: "SELECT id FROM pieces WHERE id BETWEEN ? AND ? ORDER BY id",
      arguments: [pieces.lowerBound, pieces.upperBound])
    return stride(from: 0, to: ids.count, by: Self.batch).map { Array(ids[$0..<min($0 + Self.batch, ids.count)]) }
  }

  func vectors(_ ids: [Int64]) throws -> [(id: Int64, vector: [Float])] {
    try ids.map { id in
      let statement = try database.cachedStatement(sql: "SELECT vector FROM vectors WHERE piece = ?")
      guard let data = try Data.fetchOne(statement, arguments: [id]) else {
        throw SQLiteKnowledgeStore.damage(path, "piece \(id) without a vector")
      }
      return (id, try VectorBytes.vector(data, dimension: settings.dimension, path: path))
    }
  }

  /// The vectors of those pieces that are there.
  func knownVectors(_ ids: [Int64]) throws -> [(id: Int64, vector: [Float])] {
    try ids.compactMap { id in
      let statement = try database.cachedStatement(sql: "SELECT vector FROM vectors WHERE piece = ?")
      guard let data = try Data.fetchOne(statement, arguments: [id]) else { return nil }
      return (id, try VectorBytes.vector(data, dimension: settings.dimension, path: path))
    }
  }

  func texts(_ ids: [Int64]) throws -> [KeywordDocument] {
    try ids.map { id in
      guard let stored = try SQLiteKnowledgeStore.piece(id, database, path: path) else {
        throw SQLiteKnowledgeStore.damage(path, "piece \(id) without a document")
      }
      return KeywordDocument(id: id, content: .text(settings.searchedText(of: stored.piece)))
    }
  }
}
