import GRDB

/// The numbers of pieces that came and went, in the order of the changes. An index that says up to which change it holds
/// catches up with what came after.
enum ChangeLog {
  /// A point in the base's history.
  ///
  /// The stamp is drawn anew for every change, so that two histories that went apart (a base that was restored from a copy
  /// and went on) are told from each other.
  struct Place: Sendable, Hashable {
    var sequence: Int64
    var stamp: Int64

    /// Before the first change.
    static let beginning = Place(sequence: 0, stamp: 0)
  }

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

  /// The most pieces that one entry can speak of; more are a sign of damage.
  private static let largestEntry: Int64 = 1 << 24
  /// The most entries that are kept. An index that has missed more is built anew.
  static let length = 100_000

  /// Writes down what happened to pieces of ascending numbers.
  static func append(_ kind: Kind, _ pieces: [Int64], to database: Database) throws {
    var start = pieces.startIndex
    while start < pieces.endIndex {
      var end = start
      while end + 1 < pieces.endIndex, pieces[end + 1] == pieces[end] + 1 { end += 1 }
      try database.cachedStatement(sql: "INSERT INTO changes (kind, first, last, stamp) VALUES (?, ?, ?, random())")
        .execute(arguments: [kind.rawValue, pieces[start], pieces[end]])
      start = end + 1
    }
    guard !pieces.isEmpty else { return }
    try database.execute(
      sql: "DELETE FROM changes WHERE sequence <= (SELECT MAX(sequence) FROM changes) - ?", arguments: [length])
  }

  /// Where the base's history has come to.
  static func end(_ database: Database) throws -> Place {
    let row = try Row.fetchOne(database, sql: "SELECT sequence, stamp FROM changes ORDER BY sequence DESC LIMIT 1")
    return row.map { Place(sequence: $0[0], stamp: $0[1]) } ?? .beginning
  }

  /// How many pieces came behind a place.
  static func addedCount(after place: Place, _ database: Database) throws -> Int {
    let statement = try database.cachedStatement(
      sql: "SELECT TOTAL(last - first + 1) FROM changes WHERE sequence > ? AND kind = 'added'")
    return Int(exactly: try Double.fetchOne(statement, arguments: [place.sequence]) ?? 0) ?? 0
  }

  /// Whether pieces went behind a place.
  static func hasRemovals(after place: Place, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM changes WHERE sequence > ? AND kind = 'removed')",
      arguments: [place.sequence]) ?? false
  }

  /// The changes behind a place; nil when some of them are not known any more, or the place is of another history.
  static func entries(after place: Place, _ database: Database) throws -> [Entry]? {
    if place == .beginning {
      let first = try Int64.fetchOne(database, sql: "SELECT MIN(sequence) FROM changes")
      guard first == nil || first == 1 else { return nil }
    } else {
      let stamp = try Int64.fetchOne(
        database, sql: "SELECT stamp FROM changes WHERE sequence = ?", arguments: [place.sequence])
      guard stamp == place.stamp else { return nil }
    }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT sequence, kind, first, last FROM changes WHERE sequence > ? ORDER BY sequence",
      arguments: [place.sequence])
    var entries: [Entry] = []
    while let row = try rows.next() {
      let (lower, upper): (Int64, Int64) = (row[2], row[3])
      guard let kind = Kind(rawValue: row[1]), lower > 0, lower <= upper, upper - lower < largestEntry else {
        return nil
      }
      entries.append(Entry(sequence: row[0], kind: kind, pieces: lower...upper))
    }
    return entries
  }
}
