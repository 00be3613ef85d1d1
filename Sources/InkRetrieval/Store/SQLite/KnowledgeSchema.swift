import Foundation
import GRDB

/// The tables of a base, and how those of older versions become those of today.
///
/// - `documents`: one row a document. AUTOINCREMENT keeps numbers from being used again, here and for pieces.
/// - `metadata`: what is said of a document, a row a key.
/// - `texts`: the extracted text in blocks of ``textBlock`` bytes, so that a piece's text is read without the rest. Pieces
///   hold no text of their own.
/// - `uploads`: the bytes of files that have no other home.
/// - `pieces`, `vectors`: a piece's place, and its vector (f32, little-endian).
/// - `changes`: the numbers of pieces that came and went, by which indexes beside the database catch up.
enum KnowledgeSchema {
  /// "INKB", by which a base is told from other SQLite files.
  static let applicationID = 0x494E_4B42
  /// Bytes of a block of text.
  static let textBlock = 16_384

  /// How each version is made from the one before it, the first from nothing.
  private static let migrations: [@Sendable (Database) throws -> Void] = [
    { database in try database.execute(sql: version1) },
    { database in try database.execute(sql: "ALTER TABLE documents ADD COLUMN page_count INTEGER") },
  ]

  /// The version that this program reads and writes.
  static var version: Int { migrations.count }

  private static let version1 = """
    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE documents (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, path TEXT, media_type TEXT NOT NULL,
      size INTEGER NOT NULL, sha256 TEXT NOT NULL, title TEXT, text_size INTEGER NOT NULL,
      piece_count INTEGER NOT NULL, updated REAL NOT NULL, warnings TEXT NOT NULL);
    CREATE INDEX documents_path ON documents (path);
    CREATE TABLE metadata (
      document INTEGER NOT NULL REFERENCES documents (id), key TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (document, key)) WITHOUT ROWID;
    CREATE INDEX metadata_value ON metadata (key, value);
    CREATE TABLE texts (
      id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id), block INTEGER NOT NULL,
      bytes BLOB NOT NULL, UNIQUE (document, block));
    CREATE TABLE uploads (document INTEGER PRIMARY KEY REFERENCES documents (id), bytes BLOB NOT NULL);
    CREATE TABLE pieces (
      id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents (id),
      position INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER, headings TEXT NOT NULL,
      hash TEXT NOT NULL);
    CREATE INDEX pieces_document ON pieces (document, position);
    CREATE INDEX pieces_hash ON pieces (hash);
    CREATE TABLE vectors (piece INTEGER PRIMARY KEY REFERENCES pieces (id), vector BLOB NOT NULL);
    CREATE TABLE changes (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
      stamp INTEGER NOT NULL);
    """

  static func create(_ database: Database, settings: KnowledgeSettings) throws {
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    for migration in migrations { try migration(database) }
    try database.execute(sql: "PRAGMA user_version = \(version)")
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let encoded = String(decoding: try encoder.encode(settings), as: UTF8.self)
    try database.execute(sql: "INSERT INTO settings VALUES ('settings', ?)", arguments: [encoded])
  }

  /// Refuses what is no base, or one that a newer program made.
  static func check(_ database: Database, path: String) throws {
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let stored = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard application == applicationID, stored > 0 else {
      throw RetrievalError(
        .store, context: path, expected: "a knowledge base", found: "a SQLite file of another program",
        hint: "Give the file of a base that was made here.")
    }
    guard stored <= version else {
      throw RetrievalError(
        .unsupported, context: path, expected: "tables of version \(version) or older", found: "version \(stored)",
        hint: "A newer Inkstone made this base; use that one.")
    }
  }

  static func migrate(_ database: Database, path: String) throws {
    try check(database, path: path)
    let stored = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard stored < version else { return }
    for migration in migrations[stored...] { try migration(database) }
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  static func settings(_ database: Database, path: String) throws -> KnowledgeSettings {
    try checkPresent(database, path: path)
    let encoded = try String.fetchOne(database, sql: "SELECT value FROM settings WHERE key = 'settings'")
    do {
      let settings = try JSONDecoder().decode(KnowledgeSettings.self, from: Data((encoded ?? "").utf8))
      try settings.check()
      return settings
    } catch {
      throw RetrievalError(
        .store, context: path, expected: "the base's settings", found: encoded ?? "none",
        hint: "The base is damaged; make it anew and add its documents again.")
    }
  }

  /// Marks a base whose files are about to be deleted, so that nobody who has it open acknowledges a change any more.
  static func markDeleted(_ database: Database) throws {
    try database.execute(sql: "INSERT OR REPLACE INTO settings VALUES ('deleted', 'yes')")
  }

  static func checkPresent(_ database: Database, path: String) throws {
    guard try String.fetchOne(database, sql: "SELECT value FROM settings WHERE key = 'deleted'") == nil else {
      throw RetrievalError(.notFound, context: path, found: "a knowledge base that was deleted", hint: "Make it anew.")
    }
  }
}
