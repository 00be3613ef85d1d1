import GRDB

/// The numbers of pieces that came and went, in the order of the changes. An index that says up to which change it holds
/// catches up with what came after.
enum ChangeLog {
  /// What happened to pieces.
  enum Kind: String, Sendable {
    case added, removed
  }

  /// A change to pieces of neighbouring numbers.
  struct Entry: Sendable, Hashable {
    var sequence: Int64
    var kind: Kind
    var pieces: ClosedRange<Int64>
  }

  /// The most entries that are kept. An index that has missed more is built anew.
  static let length = 100_000

  /// Writes down what happened to pieces of ascending numbers.
  static func append(_ kind: Kind, _ pieces: [Int64], to database: Database) throws {
    var start = pieces.startIndex
    while start < pieces.endIndex {
      var end = start
      while end + 1 < pieces.endIndex, pieces[end + 1] == pieces[end] + 1 { end += 1 }
      try database.cachedStatement(sql: "INSERT INTO changes (kind, first, last) VALUES (?, ?, ?)")
        .execute(arguments: [kind.rawValue, pieces[start], pieces[end]])
      start = end + 1
    }
    guard !pieces.isEmpty else { return }
    try database.execute(
      sql: "DELETE FROM changes WHERE sequence <= (SELECT MAX(sequence) FROM changes) - ?", arguments: [length])
  }

  /// The number of the last change; 0 when there was none.
  static func last(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "SELECT MAX(sequence) FROM changes") ?? 0
  }

  /// The changes behind one; nil when some of them are not known any more, or the number is of another base.
  static func entries(after sequence: Int64, _ database: Database) throws -> [Entry]? {
    let bounds = try Row.fetchOne(database, sql: "SELECT MIN(sequence), MAX(sequence) FROM changes")
    let first: Int64 = bounds?[0] ?? 1
    let last: Int64 = bounds?[1] ?? 0
    guard sequence >= first - 1, sequence <= last else { return nil }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT sequence, kind, first, last FROM changes WHERE sequence > ? ORDER BY sequence",
      arguments: [sequence])
    var entries: [Entry] = []
    while let row = try rows.next() {
      let (lower, upper): (Int64, Int64) = (row[2], row[3])
      guard let kind = Kind(rawValue: row[1]), lower <= upper else { return nil }
      entries.append(Entry(sequence: row[0], kind: kind, pieces: lower...upper))
    }
    return entries
  }
}
