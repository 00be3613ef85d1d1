extension AgentTool {
  private struct Statement: Decodable, Sendable, SchemaDescribed {
    var sql: String
    static let memberDescriptions = ["sql": "One SQLite SELECT statement."]
  }

  /// A tool that answers queries over tables; its description holds their schema.
  public static func query(_ database: TableDatabase) async throws(ChainError) -> AgentTool {
    let schema = try await database.schema()
    return try AgentTool("query_tables", "Runs a SELECT over these tables:\n\(schema)") {
      (input: Statement, context) throws(ChainError) in
      try await database.query(input.sql, clock: context.clock).text
    }
  }
}
