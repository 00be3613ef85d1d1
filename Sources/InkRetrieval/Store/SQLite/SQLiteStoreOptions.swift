public import InkIndex

/// How a base in a SQLite file is used by this process; nothing of it is stored.
public struct SQLiteStoreOptions: Sendable {
  /// Seconds to wait while another process writes, before a call fails.
  public var patience: Double
  /// The most reads at a time; further ones wait.
  public var readers: Int
  /// The most bytes of the database file; changes that would exceed it are refused. Nil for no limit but the disk's.
  public var sizeLimit: Int?
  /// What takes texts apart for the keyword index. Processes that use different ones each build it anew.
  public var analyzer: TextAnalyzer
  /// Pieces from which on vectors are found by a graph, which is not always exact, instead of by looking at all.
  public var graphFrom: Int
  /// Threads that an index of vectors computes on; nil for one a processor. No result depends on it.
  public var threads: Int?
  /// Told what a person may want to know.
  public var notice: @Sendable (StoreNotice) -> Void
  /// Seconds since 1970.
  public var now: @Sendable () -> Double

  /// Options.
  public init(
    patience: Double = 30, readers: Int = 8, sizeLimit: Int? = nil, analyzer: TextAnalyzer = TextAnalyzer(),
    graphFrom: Int = 20_000, threads: Int? = nil,
    notice: @escaping @Sendable (StoreNotice) -> Void = StoreNotice.writeToStandardError,
    now: @escaping @Sendable () -> Double = { SystemTime.secondsSince1970() }
  ) {
    self.patience = patience
    self.readers = readers
    self.sizeLimit = sizeLimit
    self.analyzer = analyzer
    self.graphFrom = graphFrom
    self.threads = threads
    self.notice = notice
    self.now = now
  }
}
