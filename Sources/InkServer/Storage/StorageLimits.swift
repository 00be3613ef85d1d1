/// How much a server keeps for its clients, and how it works off batches.
public struct StorageLimits: Sendable, Hashable {
  /// Files that clients upload and batches produce.
  public var files = StoreLimits(count: 10_000, itemBytes: 512 << 20, totalBytes: 16 << 30, overflow: .refuse)
  /// Answers of `/v1/responses`: for 30 days, as OpenAI keeps them, and only the newest of very many.
  public var responses = StoreLimits(
    count: 20_000, itemBytes: 64 << 20, totalBytes: 4 << 30, overflow: .dropOldest, lifetime: 30 * 86_400)
  /// What is known of batches: for 60 days.
  public var batches = StoreLimits(
    count: 10_000, itemBytes: 16 << 20, totalBytes: 1 << 30, overflow: .refuse, lifetime: 60 * 86_400)
  /// Time for a file to arrive.
  public var uploadTime: Duration = .seconds(3600)
  /// Requests in one batch.
  public var batchLines = 50_000
  /// Requests of batches that are answered at once.
  public var batchConcurrency = 4

  /// The limits for a server on one machine.
  public init() {}

  /// The limits for a server that keeps everything in memory.
  public static var inMemory: StorageLimits {
    var limits = StorageLimits()
    limits.files.itemBytes = 64 << 20
    limits.files.totalBytes = 256 << 20
    limits.responses.count = 2_000
    limits.responses.totalBytes = 256 << 20
    limits.batches.totalBytes = 64 << 20
    return limits
  }
}
