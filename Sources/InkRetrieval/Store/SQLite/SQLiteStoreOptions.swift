/// How a base in a SQLite file is used by this process; nothing of it is stored.
public struct SQLiteStoreOptions: Sendable {
  /// Seconds to wait while another process writes, before a call fails.
  public var patience: Double
  /// The most reads at a time; further ones wait.
  public var readers: Int
  /// The most bytes of the database file; changes that would exceed it are refused. Nil for no limit but the disk's.
  public var sizeLimit: Int?
  /// Seconds since 1970.
  public var now: @Sendable () -> Double

  /// Options.
  public init(
    patience: Double = 30, readers: Int = 8, sizeLimit: Int? = nil,
    now: @escaping @Sendable () -> Double = { SystemTime.secondsSince1970() }
  ) {
    self.patience = patience
    self.readers = readers
    self.sizeLimit = sizeLimit
    self.now = now
  }
}
