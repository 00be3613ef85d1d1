/// What a server keeps for its clients between requests: files, responses, batches.
///
/// ```swift
/// let store = try StateStore.open("/var/lib/inkstone")
/// let server = InkstoneServer(settings: settings, models: pool, store: store, logger: logger)
/// ```
public final class StateStore: Sendable {
  /// How much is kept.
  public let limits: StorageLimits
  package let files: RecordStore
  package let responses: RecordStore
  package let batches: RecordStore

  private init(limits: StorageLimits, files: RecordStore, responses: RecordStore, batches: RecordStore) {
    self.limits = limits
    self.files = files
    self.responses = responses
    self.batches = batches
  }

  /// A store in a directory, which one process at a time may open. What clients were told is kept there is still there
  /// after any end of the process, a power failure among them, as far as the disk keeps its word.
  ///
  /// - Parameter directory: made if need be, readable by its owner alone.
  /// - Throws: `conflict` while another process has it open, `server` when it cannot be read or written.
  public static func open(
    _ directory: String, limits: StorageLimits = StorageLimits(), clock: ServerClock = .system
  ) throws(ServerError) -> StateStore {
    let blobs = try DirectoryBlobs(directory)
    return StateStore(
      limits: limits, files: try .open(.file, blobs, limits.files, clock),
      responses: try .open(.response, blobs, limits.responses, clock),
      batches: try .open(.batch, blobs, limits.batches, clock))
  }

  /// A store that is gone with the process.
  public static func inMemory(limits: StorageLimits = .inMemory, clock: ServerClock = .system) -> StateStore {
    let blobs = MemoryBlobs()
    return StateStore(
      limits: limits, files: RecordStore(.file, blobs, limits.files, clock),
      responses: RecordStore(.response, blobs, limits.responses, clock),
      batches: RecordStore(.batch, blobs, limits.batches, clock))
  }
}
