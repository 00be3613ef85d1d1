extension TableDatabase {
  /// The schema, and the first rows of each table, for a model that is to write a query: what values look like decides
  /// whether a filter finds anything.
  ///
  /// Of many tables the first ones are shown, and of long values their beginnings.
  public func description(
    rows: Int = 3, clock: ChainClock = ChainClock(ContinuousClock())
  ) async throws(ChainError) -> String {
    var parts = [try await schema()]
    for name in try await tableNames().prefix(8) where rows > 0 {
      let found = try await query("SELECT * FROM \(SQLText.quoted(name)) LIMIT \(rows)", clock: clock)
      guard !found.rows.isEmpty else { continue }
      let lines = found.rows.map { row in row.map { Self.short($0) }.joined(separator: " | ") }
      parts.append(
        "First rows of \(name): \(found.columns.joined(separator: " | "))\n\(lines.joined(separator: "\n"))")
    }
    return parts.joined(separator: "\n\n")
  }

  private static func short(_ value: String?) -> String {
    guard let value else { return "null" }
    let line = value.prefix(40).map { $0.isNewline ? " " : $0 }
    return String(line) + (value.count > 40 ? "…" : "")
  }
}
