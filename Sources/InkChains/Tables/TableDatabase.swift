import Foundation
import GRDB
import GRDBSQLite

/// Tables that can be asked by SQL and not changed.
///
/// A statement must be one query. SQLite itself says that it writes nothing, the connection refuses writes besides, and
/// rows, time and the length of a result are limited.
public struct TableDatabase: Sendable {
  /// Limits on one query.
  public struct Limits: Sendable, Hashable {
    /// The most rows.
    public var rows: Int
    /// How long it may take.
    public var time: Duration
    /// The most characters of one value; a longer one is cut, and that is said.
    public var valueLength: Int
    /// The most bytes of all values together; the rows end where the next would pass it.
    public var size: Int
    /// The most bytes of a value, also of one that is made on the way to the result; a longer one is an error.
    public var largestValue: Int

    /// Limits.
    public init(
      rows: Int = 200, time: Duration = .seconds(5), valueLength: Int = 500, size: Int = 1 << 20,
      largestValue: Int = 4 << 20
    ) {
      self.rows = rows
      self.time = time
      self.valueLength = valueLength
      self.size = size
      self.largestValue = largestValue
    }
  }

  private let queue: DatabaseQueue
  private let limits: Limits

  /// A database file, opened for reading only.
  ///
  /// - Throws: `store` when it cannot be opened.
  public init(file path: String, limits: Limits = Limits()) throws(ChainError) {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.prepareDatabase { db in
      Self.refuseOtherFiles(db)
      Self.bound(db, largestValue: limits.largestValue, columns: 2_000)
    }
    self.limits = limits
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw ChainError(.store, context: path, expected: "a SQLite database", found: "\(error)")
    }
  }

  /// Tables in memory.
  ///
  /// - Throws: `invalidInput` for a name that is used twice or a row that is not as wide as its table.
  public init(_ tables: [Table], limits: Limits = Limits()) throws(ChainError) {
    self.limits = limits
    for table in tables { try table.check() }
    do {
      var configuration = Configuration()
      configuration.prepareDatabase { db in Self.refuseOtherFiles(db) }
      queue = try DatabaseQueue(configuration: configuration)
      try queue.writeWithoutTransaction { db in
        for table in tables {
          let columns = zip(table.columns, table.kinds).map { "\(SQLText.quoted($0)) \($1.rawValue)" }
          try db.execute(
            sql: "CREATE TABLE \(SQLText.quoted(table.name)) (\(columns.joined(separator: ", ")))")
          let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
          let insert = try db.makeStatement(
            sql: "INSERT INTO \(SQLText.quoted(table.name)) VALUES (\(marks))")
          for row in table.rows {
            // Empty fields are missing values; numbers are stored as such by the column's affinity.
            try insert.execute(
              arguments: StatementArguments(row.map { $0.isEmpty ? DatabaseValue.null : $0.databaseValue }))
          }
        }
        try db.execute(sql: "PRAGMA query_only = 1")
        // Tables are held as they are; it is what queries make that is bounded.
        let longest = tables.lazy.flatMap(\.rows).map { $0.reduce(0) { $0 + $1.utf8.count + 16 } }.max() ?? 0
        Self.bound(
          db, largestValue: max(limits.largestValue, longest), columns: max(tables.map(\.columns.count).max() ?? 0, 100)
        )
      }
    } catch {
      throw ChainError(.invalidInput, context: "tables", expected: "tables that SQLite can hold", found: "\(error)")
    }
  }

  /// Lets a connection open no file besides its own, whatever it is told.
  private static func refuseOtherFiles(_ db: Database) {
    sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_ATTACHED, 0)
  }

  /// Holds a connection to values of bounded size: a query of a few words can ask for gigabytes, and time alone would
  /// not stop it before they are made.
  private static func bound(_ db: Database, largestValue: Int, columns: Int) {
    sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LENGTH, Int32(clamping: largestValue))
    sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_COLUMN, Int32(clamping: columns))
  }

  /// The statements that make the tables, for a model to read.
  public func schema() async throws(ChainError) -> String {
    do {
      return try await queue.read { db in
        try String.fetchAll(
          db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'view') ORDER BY name"
        )
        .joined(separator: ";\n")
      }
    } catch {
      throw ChainError(.store, context: "schema", found: "\(error)")
    }
  }

  /// The names of the tables, not of views, in order.
  func tableNames() async throws(ChainError) -> [String] {
    do {
      return try await queue.read { db in
        try String.fetchAll(
          db,
          sql: "SELECT name FROM sqlite_master WHERE sql IS NOT NULL AND type = 'table' "
            + "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name")
      }
    } catch {
      throw ChainError(.store, context: "schema", found: "\(error)")
    }
  }

  /// The rows of a query.
  ///
  /// - Throws: `refused` for anything that is not one query that only reads; `invalidInput` with SQLite's words for a
  ///   wrong statement; `budget` when it takes too long.
  public func query(
    _ sql: String, clock: ChainClock = ChainClock(ContinuousClock())
  ) async throws(ChainError) -> QueryResult {
    try Self.check(sql)
    let queue = queue
    let limits = limits
    return try await withTimer(clock) { () async throws(ChainError) in
      do {
        return try await queue.read { db in try Self.rows(db, sql, limits) }
      } catch let error as ChainError {
        throw error
      } catch is CancellationError {
        throw ChainError(.cancelled, context: "query")
      } catch let error as DatabaseError {
        let code: ChainError.Code =
          switch error.resultCode {
          case .SQLITE_INTERRUPT: .cancelled
          case .SQLITE_READONLY, .SQLITE_AUTH: .refused
          default: .invalidInput
          }
        throw ChainError(code, context: "query", found: error.message ?? "\(error.resultCode)")
      } catch {
        throw ChainError(.store, context: "query", found: "\(error)")
      }
    }
  }

  private static func rows(_ db: Database, _ sql: String, _ limits: Limits) throws -> QueryResult {
    let statement = try db.makeStatement(sql: sql)
    guard statement.isReadonly, statement.columnCount > 0 else {
      throw ChainError(.refused, context: "query", expected: "a statement that only reads", found: "one that writes")
    }
    var result = QueryResult(columns: statement.columnNames, rows: [], end: .complete)
    let cursor = try Row.fetchCursor(statement)
    var size = 0
    while let row = try cursor.next() {
      let values: [String?] = row.databaseValues.map { text($0, limits.valueLength) }
      size += values.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
      guard result.rows.count < limits.rows, size <= limits.size || result.rows.isEmpty else {
        result.end = .cut
        break
      }
      result.rows.append(values)
    }
    return result
  }

  private static func text(_ value: DatabaseValue, _ length: Int) -> String? {
    switch value.storage {
    case .null: return nil
    case .int64(let number): return String(number)
    case .double(let number): return String(number)
    case .blob(let data): return "[\(data.count) bytes]"
    case .string(let text):
      let cut = text.prefix(length)
      return cut.endIndex == text.endIndex ? text : cut + "… [\(text.count) characters]"
    }
  }

  /// Only what begins as a query: SQLite takes ATTACH and some PRAGMAs for statements that write nothing.
  private static func check(_ sql: String) throws(ChainError) {
    let word = SQLText.firstWord(of: sql).uppercased()
    guard ["SELECT", "WITH", "VALUES"].contains(word) else {
      throw ChainError(
        .refused, context: "query", expected: "one SELECT", found: word.isEmpty ? "nothing" : word,
        hint: "Only questions are answered; nothing can be changed.")
    }
  }

  private func withTimer(
    _ clock: ChainClock, _ work: @escaping @Sendable () async throws(ChainError) -> QueryResult
  ) async throws(ChainError) -> QueryResult {
    let queue = queue
    let time = limits.time
    let (result, isLate) = await withTaskGroup(of: TimedPart.self) { group in
      group.addTask {
        do throws(ChainError) { return .done(.success(try await work())) } catch { return .done(.failure(error)) }
      }
      group.addTask {
        guard (try? await clock.sleep(for: time)) != nil else { return .inTime }
        // SQLite forgets an interruption that comes before the query has begun, so it is told again until the end.
        while !Task.isCancelled {
          queue.interrupt()
          try? await Task.sleep(for: .milliseconds(5))
        }
        return .late
      }
      var result: Result<QueryResult, ChainError>?
      var isLate = false
      while let part = await group.next() {
        switch part {
        case .done(let end): result = end
        case .late: isLate = true
        case .inTime: break
        }
        if result != nil { group.cancelAll() }
      }
      return (result, isLate)
    }
    switch result {
    case .success(let found)?: return found
    case .failure(let error)? where error.code == .cancelled && isLate:
      throw ChainError(
        .budget, context: "query", expected: "at most \(time)", found: "longer",
        hint: "Ask for less: a filter, an aggregate, fewer joins.")
    case .failure(let error)?: throw error
    case nil: throw ChainError(.cancelled, context: "query")
    }
  }
}

/// How a query and its timer ended.
private enum TimedPart: Sendable {
  case done(Result<QueryResult, ChainError>)
  case inTime, late
}
