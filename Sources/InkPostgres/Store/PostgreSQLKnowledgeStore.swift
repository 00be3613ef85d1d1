import InkIndex
public import InkRetrieval

/// A knowledge base in a PostgreSQL database with pgvector, for many machines: one writer at a time and many readers.
///
/// Every change is one transaction under an advisory lock, committed to the server's disk before it is acknowledged.
/// What was removed is found by nothing any more when the call returns; the bytes leave the server's files when it next
/// vacuums (``settle()`` asks for it) and recycles its write-ahead log, as is PostgreSQL's way. Where the server
/// archives its log or is copied, they leave those by its administrator's rules.
///
/// Vectors of up to 2,000 elements are indexed by HNSW; longer ones, of up to 16,000, are compared one by one.
public final class PostgreSQLKnowledgeStore: KnowledgeStore {
  public let settings: KnowledgeSettings
  /// The base's name.
  public let name: KnowledgeName
  let pool: ConnectionPool
  let options: PostgreSQLOptions

  init(_ name: KnowledgeName, settings: KnowledgeSettings, pool: ConnectionPool, options: PostgreSQLOptions) {
    self.name = name
    self.settings = settings
    self.pool = pool
    self.options = options
  }

  /// The base and its server, for messages.
  var context: String { "knowledge base \(name) at \(pool.address)" }

  /// Closes the sessions; calls that come later throw.
  public func close() async { await pool.close() }

  /// Runs statements that change the base: all of them or none, after every other writer.
  func write<Result: Sendable>(
    _ body: @Sendable (PostgreSQLConnection) async throws(RetrievalError) -> Result
  ) async throws(RetrievalError) -> Result {
    let schema = try BaseSchema.name(of: name)
    let (context, analyzer) = (context, options.analyzer.identity)
    return try await pool.withConnection { connection throws(RetrievalError) in
      try await connection.run("BEGIN")
      _ = try await connection.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text(schema)])
      try await Self.check(connection, analyzer: analyzer, context: context)
      let result = try await body(connection)
      try await connection.run("COMMIT")
      return result
    }
  }

  /// Runs statements that see the base at one moment.
  func read<Result: Sendable>(
    _ body: @Sendable (PostgreSQLConnection) async throws(RetrievalError) -> Result
  ) async throws(RetrievalError) -> Result {
    try await pool.withConnection { connection throws(RetrievalError) in
      try await connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
      let result = try await body(connection)
      try await connection.run("COMMIT")
      return result
    }
  }

  /// Refuses a base that a newer program has taken over, or whose words are cut by another analyzer.
  @discardableResult
  static func check(
    _ connection: PostgreSQLConnection, analyzer: String, context: String
  ) async throws(RetrievalError) -> String {
    guard let row = try await connection.rows("SELECT version, analyzer, settings FROM base").first else {
      throw damage(context, "no settings")
    }
    let stored = try row.integer(0)
    guard stored == BaseSchema.version else {
      throw RetrievalError(
        .unsupported, context: context, expected: "tables of version \(BaseSchema.version)",
        found: "version \(stored)", hint: "Another version of Inkstone made this base; use that one.")
    }
    let known = try row.text(1)
    guard known == analyzer else {
      throw RetrievalError(
        .unsupported, context: context, expected: "words cut by \"\(known)\"", found: "\"\(analyzer)\" here",
        hint: "Use the same dictionary and stop words on every machine, or make the base anew.")
    }
    return try row.text(2)
  }

  static func damage(_ context: String, _ found: String) -> RetrievalError {
    RetrievalError(
      .store, context: context, found: found,
      hint:
        "The base's tables are damaged; restore them from a copy, or make the base anew and add its documents again.")
  }
}
