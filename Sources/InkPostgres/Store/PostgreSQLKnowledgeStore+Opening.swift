import Foundation
import InkIndex
public import InkRetrieval

extension PostgreSQLKnowledgeStore {
  /// Makes a base that is not there yet.
  ///
  /// - Throws: `alreadyExists`; `invalidSetting` for settings that cannot be right; `unsupported` where pgvector is
  ///   missing or vectors are too long for it; `store` with the cure.
  public static func create(
    _ name: KnowledgeName, settings: KnowledgeSettings, at address: PostgreSQLAddress,
    options: PostgreSQLOptions = PostgreSQLOptions()
  ) async throws(RetrievalError) -> PostgreSQLKnowledgeStore {
    try settings.check()
    guard settings.dimension <= BaseSchema.largestDimension else {
      throw RetrievalError(
        .unsupported, context: "dimension", expected: "at most \(BaseSchema.largestDimension) in PostgreSQL",
        found: "\(settings.dimension)", hint: "Use another embedder, or keep the base in a SQLite file.")
    }
    guard settings.vectors == .float32 else {
      throw RetrievalError(
        .unsupported, context: "vectors", expected: "float32 in PostgreSQL", found: settings.vectors.rawValue,
        hint: "Leave it out, or keep the base in a SQLite file.")
    }
    let schema = try BaseSchema.name(of: name)
    let pool = try pool(schema, address, options)
    let encoded = try encode(settings)
    let analyzer = options.analyzer.identity
    do throws(RetrievalError) {
      try await pool.withConnection { connection throws(RetrievalError) in
        try await connection.run("BEGIN")
        _ = try await connection.rows(
          "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text(BaseSchema.prefix)])
        try await connection.run("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public")
        try await prepare(connection, schema: schema, options)
        try await connection.run("CREATE SCHEMA \(BaseSchema.quoted(schema))")
        try await connection.run(BaseSchema.tables(dimension: settings.dimension))
        _ = try await connection.rows(
          "INSERT INTO base VALUES ($1, $2, $3)", [.integer(BaseSchema.version), .text(encoded), .text(analyzer)])
        try await connection.commit()
      }
    } catch {
      await pool.close()
      throw error
    }
    return PostgreSQLKnowledgeStore(name, settings: settings, pool: pool, options: options)
  }

  /// Opens a base.
  ///
  /// - Parameter expected: what the caller embeds with; nil to take what the base was made with.
  /// - Throws: `notFound`; `unsupported` for a base of other tables or other words; `invalidSetting` when the embedder
  ///   or the vectors' length is not the expected one; `store` with the cure.
  public static func open(
    _ name: KnowledgeName, at address: PostgreSQLAddress, expecting expected: KnowledgeSettings? = nil,
    options: PostgreSQLOptions = PostgreSQLOptions()
  ) async throws(RetrievalError) -> PostgreSQLKnowledgeStore {
    let schema = try BaseSchema.name(of: name)
    let pool = try pool(schema, address, options)
    let context = "knowledge base \(name) at \(address)"
    do throws(RetrievalError) {
      let encoded = try await pool.withConnection { connection throws(RetrievalError) in
        let found = try await connection.rows("SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(schema)])
        guard !found.isEmpty else {
          throw RetrievalError(.notFound, context: context, hint: "Make it first, or check the name.")
        }
        try await upgrade(connection, schema: schema)
        return try await check(connection, analyzer: options.analyzer.identity, context: context)
      }
      guard let settings = try? JSONDecoder().decode(KnowledgeSettings.self, from: Data(encoded.utf8)) else {
        throw damage(context, "settings that cannot be read")
      }
      try settings.check()
      if let expected, (expected.embedder, expected.dimension) != (settings.embedder, settings.dimension) {
        throw RetrievalError(
          .invalidSetting, context: context,
          expected: "\(settings.embedder) with vectors of \(settings.dimension) elements, as the base was made",
          found: "\(expected.embedder) with \(expected.dimension)",
          hint: "Use that embedder, or make another base.")
      }
      return PostgreSQLKnowledgeStore(name, settings: settings, pool: pool, options: options)
    } catch {
      await pool.close()
      throw error
    }
  }

  /// Brings the tables of an older program up to date; programs of its version refuse the base from then on.
  private static func upgrade(_ connection: PostgreSQLConnection, schema: String) async throws(RetrievalError) {
    guard try await storedVersion(connection) < BaseSchema.version else { return }
    try await connection.run("BEGIN")
    _ = try await connection.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text(schema)])
    // Another program may have done it while this one waited.
    let stored = try await storedVersion(connection)
    if stored >= 1, stored < BaseSchema.version {
      for change in BaseSchema.changes.dropFirst(Int(stored) - 1) { try await connection.run(change) }
      _ = try await connection.rows("UPDATE base SET version = $1", [.integer(BaseSchema.version)])
    }
    try await connection.commit()
  }

  private static func storedVersion(_ connection: PostgreSQLConnection) async throws(RetrievalError) -> Int64 {
    try await connection.rows("SELECT version FROM base").first?.integer(0) ?? BaseSchema.version
  }

  /// The names of the bases in a database, in order.
  public static func names(
    at address: PostgreSQLAddress, options: PostgreSQLOptions = PostgreSQLOptions()
  ) async throws(RetrievalError) -> [KnowledgeName] {
    let rows = try await alone(address, options) { connection throws(RetrievalError) in
      try await connection.rows(
        """
        SELECT substr(nspname::text, length($1) + 1) FROM pg_namespace
        WHERE starts_with(nspname::text, $1) ORDER BY nspname::text COLLATE "C"
        """, [.text(BaseSchema.prefix)])
    }
    var names: [KnowledgeName] = []
    for row in rows {
      // A schema of another program may begin so, and is none of ours then.
      if let name = try? KnowledgeName(try row.text(0)) { names.append(name) }
    }
    return names
  }

  /// Deletes a base with everything in it.
  ///
  /// - Throws: `notFound`; `store` with the cure.
  public static func delete(
    _ name: KnowledgeName, at address: PostgreSQLAddress, options: PostgreSQLOptions = PostgreSQLOptions()
  ) async throws(RetrievalError) {
    let schema = try BaseSchema.name(of: name)
    try await alone(address, options) { connection throws(RetrievalError) in
      let found = try await connection.rows("SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(schema)])
      guard !found.isEmpty else {
        throw RetrievalError(
          .notFound, context: "knowledge base \(name) at \(address)", hint: "Check the name.")
      }
      try await connection.run("DROP SCHEMA \(BaseSchema.quoted(schema)) CASCADE")
    }
  }

  private static func alone<Result: Sendable>(
    _ address: PostgreSQLAddress, _ options: PostgreSQLOptions,
    _ body: @Sendable (PostgreSQLConnection) async throws(RetrievalError) -> Result
  ) async throws(RetrievalError) -> Result {
    try options.check()
    let connection = try await PostgreSQLConnection.open(address, options)
    do throws(RetrievalError) {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      connection.abandon()
      throw error
    }
  }

  private static func pool(
    _ schema: String, _ address: PostgreSQLAddress, _ options: PostgreSQLOptions
  ) throws(RetrievalError) -> ConnectionPool {
    try options.check()
    return ConnectionPool(address, options) { connection throws(RetrievalError) in
      try await prepare(connection, schema: schema, options)
    }
  }

  /// Lets names mean the base's tables and pgvector's types, and bounds how long the server works and waits for a
  /// caller that is gone.
  private static func prepare(
    _ connection: PostgreSQLConnection, schema: String, _ options: PostgreSQLOptions
  ) async throws(RetrievalError) {
    _ = try await connection.rows(
      """
      SELECT set_config('search_path', concat_ws(', ', quote_ident($1), (
          SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
          WHERE extname = 'vector')), false),
        set_config('statement_timeout', $2, false), set_config('lock_timeout', $3, false),
        set_config('synchronous_commit', 'on', false)
      """,
      [
        .text(schema), .text(String(Int64(options.timeout * 1000))), .text(String(Int64(options.patience * 1000))),
      ])
  }

  private static func encode(_ settings: KnowledgeSettings) throws(RetrievalError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do { return String(decoding: try encoder.encode(settings), as: UTF8.self) } catch {
      throw RetrievalError(.invalidSetting, context: "settings", found: "\(error)")
    }
  }
}
