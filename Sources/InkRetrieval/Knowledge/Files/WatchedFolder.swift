/// What is known of a folder that is looked at again and again.
struct WatchedFolder: Sendable {
  /// What a look found.
  enum Look: Sendable {
    /// Nothing changed since the base was brought to the folder's state.
    case same
    /// Something changed since the last look, and may be half written.
    case moving
    /// The folder is as it was at the last look: these files are not what the base has.
    case settled([FolderScan.File])
  }

  /// The files as the base has them.
  private var synced: [String: FolderScan.File]?
  /// The files at the last look.
  private var last: [String: FolderScan.File]?

  /// Compares a look with those before it. The first one is taken as it is.
  mutating func look(at scan: FolderScan) -> Look {
    let now = Dictionary(scan.files.map { ($0.path, $0) }) { first, _ in first }
    defer { last = now }
    guard let synced else { return .settled(scan.files) }
    guard now != synced else { return .same }
    guard now == last else { return .moving }
    return .settled(scan.files.filter { synced[$0.path] != $0 })
  }

  /// The base was brought to the state of a look. Files that failed are read again when they change.
  mutating func synced(_ scan: FolderScan) {
    synced = Dictionary(scan.files.map { ($0.path, $0) }) { first, _ in first }
  }
}
