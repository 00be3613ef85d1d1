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
  private let blobs: any BlobStorage

  private init(
    _ blobs: any BlobStorage, limits: StorageLimits, files: RecordStore, responses: RecordStore, batches: RecordStore
  ) {
    self.blobs = blobs
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
      blobs, limits: limits, files: try .open(.file, blobs, limits.files, clock),
      responses: try .open(.response, blobs, limits.responses, clock),
      batches: try .open(.batch, blobs, limits.batches, clock))
  }

  /// A store that is gone with the process.
  public static func inMemory(limits: StorageLimits = .inMemory, clock: ServerClock = .system) -> StateStore {
    let blobs = MemoryBlobs()
    return StateStore(
      blobs, limits: limits, files: RecordStore(.file, blobs, limits.files, clock),
      responses: RecordStore(.response, blobs, limits.responses, clock),
      batches: RecordStore(.batch, blobs, limits.batches, clock))
  }

  /// Gives a directory back, so that it can be opened again in this process. To be called once the server has returned
  /// from `run`; whoever writes afterwards gets an error.
  ///
  /// Nothing is lost without it: what was acknowledged is on the disk, and the end of the process, or of the last task
  /// that has the store, gives the directory back too. When that last task ends nobody can say.
  public func close() {
    blobs.close()
  }
}
