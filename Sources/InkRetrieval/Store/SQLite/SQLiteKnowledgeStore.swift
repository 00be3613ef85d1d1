import Foundation
import GRDB

/// A knowledge base in one SQLite file, for one machine: one writer and many readers, also of several processes.
///
/// Every change is one transaction, written ahead and synchronised before it is acknowledged, so that a crash at any
/// moment loses nothing that was acknowledged and leaves nothing half. Deleted content is overwritten with zeros.
public final class SQLiteKnowledgeStore: KnowledgeStore {
  public let settings: KnowledgeSettings
  /// The database file.
  public let path: String
  let pool: DatabasePool
  let options: SQLiteStoreOptions
  let indexes: PieceIndexes

  init(pool: DatabasePool, path: String, settings: KnowledgeSettings, options: SQLiteStoreOptions) {
    self.pool = pool
    self.path = path
    self.settings = settings
    self.options = options
    indexes = PieceIndexes(settings: settings, options: options, path: path)
  }

  /// Makes a base in a file that is not there yet.
  ///
  /// - Throws: `alreadyExists`; `invalidSetting` for settings that cannot be right; `file` and `store` with the reason.
  public static func create(
    _ path: String, settings: KnowledgeSettings, options: SQLiteStoreOptions = SQLiteStoreOptions()
  ) throws(RetrievalError) -> SQLiteKnowledgeStore {
    try settings.check()
    guard !FileManager.default.fileExists(atPath: path) else {
      throw RetrievalError(
        .alreadyExists, context: path, hint: "Open it, or choose another name.")
    }
    do {
      let pool = try connect(path, options)
      try pool.write { database in try KnowledgeSchema.create(database, settings: settings) }
      let store = SQLiteKnowledgeStore(pool: pool, path: path, settings: settings, options: options)
      // From now on, an index without a file is one that lost it.
      try pool.read { database in _ = try store.indexes.save(database) }
      return store
    } catch {
      throw RetrievalError(database: error, path: path)
    }
  }

  /// Opens a base.
  ///
  /// - Throws: `notFound`; `unsupported` for a base that a newer program made; `store` for a file that is damaged or
  ///   something else than a base.
  public static func open(
    _ path: String, options: SQLiteStoreOptions = SQLiteStoreOptions()
  ) throws(RetrievalError) -> SQLiteKnowledgeStore {
    guard FileManager.default.fileExists(atPath: path) else {
      throw RetrievalError(.notFound, context: path, expected: "a knowledge base", hint: "Make one first.")
    }
    do {
      // Looked at before it is opened for writing, which would turn another program's database to write-ahead logging.
      try inspect(path, options)
      let pool = try connect(path, options)
      let settings = try pool.write { database in
        try KnowledgeSchema.migrate(database, path: path)
        return try KnowledgeSchema.settings(database, path: path)
      }
      return SQLiteKnowledgeStore(pool: pool, path: path, settings: settings, options: options)
    } catch {
      throw RetrievalError(database: error, path: path)
    }
  }

  /// Closes the database; calls that come later throw.
  public func close() throws(RetrievalError) {
    do {
      // The last connection that closes is one that only reads, and leaves the log to whoever opens the base next.
      try pool.writeWithoutTransaction { database in
        do { try database.checkpoint(.passive) } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY
        {}
      }
      try pool.close()
    } catch { throw RetrievalError(database: error, path: path) }
  }

  /// Marks a base that is about to be deleted, so that no process that has it open acknowledges a change any more.
  static func markDeleted(_ path: String, options: SQLiteStoreOptions) throws {
    let store = try open(path, options: options)
    try store.pool.write { database in try KnowledgeSchema.markDeleted(database) }
    try store.close()
  }

  private static func inspect(_ path: String, _ options: SQLiteStoreOptions) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(options.patience)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.read { database in try KnowledgeSchema.check(database, path: path) }
    try queue.close()
  }

  private static func connect(_ path: String, _ options: SQLiteStoreOptions) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(options.patience)
    configuration.maximumReaderCount = options.readers
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA secure_delete = ON")
      database.add(function: MetadataFilter.numberFunction)
      if let limit = options.sizeLimit {
        let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
        _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(max(limit / pageSize, 1))")
      }
    }
    let pool = try DatabasePool(path: path, configuration: configuration)
    // Acknowledged means durable: the log is synchronised at every commit, not only when it is copied to the database.
    try pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
      // In KiB. A large removal reaches for pages of an index all over the file; those that do not fit here are written
      // to the log again and again.
      try database.execute(sql: "PRAGMA cache_size = -65536")
    }
    return pool
  }

  func read<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws(RetrievalError) -> Result {
    do { return try await pool.read(body) } catch { throw RetrievalError(database: error, path: path) }
  }

  func write<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws(RetrievalError) -> Result {
    let path = path
    do {
      return try await pool.write { database in
        try KnowledgeSchema.checkPresent(database, path: path)
        return try body(database)
      }
    } catch {
      throw RetrievalError(database: error, path: path)
    }
  }
}
