import Foundation
import GRDB

/// Conversations and what is known from them, in one SQLite file, apart for each user and conversation.
///
/// What a call acknowledged by returning survives a crash.
public final class MemoryStore: Sendable {
  private let queue: DatabaseQueue

  /// A store in a file, which is made when it is not there; nil keeps everything in memory.
  ///
  /// - Throws: `store` when the file cannot be opened.
  public init(file path: String?) throws(ChainError) {
    do {
      var configuration = Configuration()
      // Another program, a second chat beside the first, may be writing at this moment.
      configuration.busyMode = .timeout(10)
      queue = try path.map { try DatabaseQueue(path: $0, configuration: configuration) } ?? DatabaseQueue()
      try Self.migrator.migrate(queue)
    } catch {
      throw ChainError(.store, context: path ?? "memory", expected: "a database of memories", found: "\(error)")
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("messages and notes") { db in
      try db.execute(
        sql: """
          CREATE TABLE message (
            user TEXT NOT NULL, conversation TEXT NOT NULL, position INTEGER NOT NULL,
            role TEXT NOT NULL, text TEXT NOT NULL, vector BLOB,
            PRIMARY KEY (user, conversation, position)) WITHOUT ROWID;
          CREATE TABLE note (
            user TEXT NOT NULL, conversation TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY (user, conversation, kind, name)) WITHOUT ROWID;
          """)
    }
    return migrator
  }

  /// The part of the store that belongs to a user's conversation.
  public func log(user: String, conversation: String) -> MemoryLog {
    MemoryLog(store: self, user: user, conversation: conversation)
  }

  /// The conversations of a user, by name.
  public func conversations(of user: String) async throws(ChainError) -> [String] {
    try await read { db in
      try String.fetchAll(
        db, sql: "SELECT DISTINCT conversation FROM message WHERE user = ? ORDER BY conversation", arguments: [user])
    }
  }

  /// Forgets all that is kept of a user.
  public func forget(user: String) async throws(ChainError) {
    try await write { db in
      try db.execute(sql: "DELETE FROM message WHERE user = ?", arguments: [user])
      try db.execute(sql: "DELETE FROM note WHERE user = ?", arguments: [user])
    }
  }

  func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(ChainError) -> Value {
    do { return try await queue.read(work) } catch { throw Self.error(error) }
  }

  @discardableResult
  func write<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(ChainError) -> Value
  {
    do { return try await queue.write(work) } catch { throw Self.error(error) }
  }

  private static func error(_ error: any Error) -> ChainError {
    if error is CancellationError { return ChainError(.cancelled, context: "memory") }
    return (error as? ChainError) ?? ChainError(.store, context: "memory", found: "\(error)")
  }
}
