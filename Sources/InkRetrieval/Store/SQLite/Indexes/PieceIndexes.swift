import GRDB
import InkIndex
import Synchronization

/// A base's indexes in this process, brought to the state of the database at every search.
///
/// The database is the truth. Everything that changes the indexes, and reads the database for it, happens under one lock;
/// searches run beside each other outside of it.
final class PieceIndexes: Sendable {
  /// Both indexes, and up to where in the base's history they hold.
  struct Loaded: Sendable {
    var place: ChangeLog.Place
    var vectors: VectorIndex
    var keywords: KeywordIndex
    /// The latest files of this process; nil when there is none.
    var saved: ChangeLog.Place?
  }

  let settings: KnowledgeSettings
  let options: SQLiteStoreOptions
  let path: String
  let folder: String
  private let loaded = Mutex<Loaded?>(nil)
  /// Counts the beginnings and ends of changes, so that a search knows whether one ran beside it.
  private let changes = Atomic<Int>(0)

  init(settings: KnowledgeSettings, options: SQLiteStoreOptions, path: String) {
    self.settings = settings
    self.options = options
    self.path = path
    folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }

  /// What a search runs on.
  struct View: Sendable {
    var vectors: VectorIndex
    var keywords: KeywordIndex
    fileprivate var changes: Int
  }

  /// The indexes with everything that a transaction sees, and maybe with what came later.
  func view(_ database: Database) throws -> View {
    try loaded.withLock { loaded in
      try catchUp(&loaded, database)
      guard let loaded else { throw RetrievalError(.store, context: path, found: "no index") }
      return View(
        vectors: loaded.vectors, keywords: loaded.keywords, changes: changes.load(ordering: .acquiring))
    }
  }

  /// Whether nothing changed since a view was taken, so that what was found in it was there at one moment.
  func isCurrent(_ view: View) -> Bool { changes.load(ordering: .acquiring) == view.changes }

  /// Brings the indexes to a transaction's state and writes them to their files, where there is anything new.
  ///
  /// - Returns: the state.
  @discardableResult
  func save(_ database: Database) throws -> ChangeLog.Place {
    try loaded.withLock { loaded in
      try catchUp(&loaded, database)
      guard var indexes = loaded else { return .beginning }
      write(&indexes)
      loaded = indexes
      return indexes.place
    }
  }

  /// Saves when so much came since the last time that catching up would take long.
  func saveIfDue(_ database: Database) throws {
    let last = loaded.withLock { $0?.saved } ?? IndexFile.all(.keywords, in: folder).first?.place ?? .beginning
    let highest = try Int.fetchOne(database, sql: "SELECT MAX(id) FROM pieces") ?? 0
    if try ChangeLog.addedCount(after: last, database) >= max(2_000, highest / 4) { try save(database) }
  }

  private func catchUp(_ loaded: inout Loaded?, _ database: Database) throws {
    guard var indexes = loaded else {
      loaded = try load(database)
      return
    }
    let end = try ChangeLog.end(database)
    // The indexes may be ahead of a transaction that began earlier.
    guard end != indexes.place, end.sequence >= indexes.place.sequence else { return }
    changes.add(1, ordering: .acquiringAndReleasing)
    defer { changes.add(1, ordering: .acquiringAndReleasing) }
    // A failure in between would leave the indexes in no state at all; they are loaded again then.
    loaded = nil
    if let entries = try ChangeLog.entries(after: indexes.place, database) {
      try update(indexes.vectors, entries, database)
      try update(&indexes.keywords, entries, database)
      if case .flat = indexes.vectors.settings.kind, indexes.vectors.count > options.graphFrom {
        indexes.vectors = try vectors(database, kind: .hnsw())
      }
      indexes.place = end
    } else {
      indexes = try build("the base's history is another one", database)
    }
    loaded = indexes
  }

  /// Lets the index of vectors follow changes. Pieces that came and went again are not there any more.
  func update(_ index: VectorIndex, _ entries: [ChangeLog.Entry], _ database: Database) throws {
    let contents = PieceContents(database, settings: settings, path: path)
    try indexing {
      for entry in entries {
        switch entry.kind {
        case .removed: index.remove(entry.pieces)
        case .added:
          for batch in try contents.batches(in: entry.pieces) { try index.add(contentsOf: contents.vectors(batch)) }
        }
      }
    }
  }

  /// Lets the index of words follow changes.
  func update(_ index: inout KeywordIndex, _ entries: [ChangeLog.Entry], _ database: Database) throws {
    let contents = PieceContents(database, settings: settings, path: path)
    try indexing {
      for entry in entries {
        switch entry.kind {
        case .removed: try index.remove(entry.pieces)
        case .added: for batch in try contents.batches(in: entry.pieces) { try index.add(contents.texts(batch)) }
        }
      }
    }
  }

  func indexing<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as IndexError {
      throw RetrievalError(.store, context: path, expected: error.expected, found: error.description)
    }
  }
}
