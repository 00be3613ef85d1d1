/// What a pool may keep loaded, and how long a request waits for room.
public struct ModelPoolLimits: Sendable, Hashable {
  /// Bytes that all loaded models may take together; nil sets no limit.
  public var memory: Int?
  /// How long a model that does not fit waits for others to become idle.
  public var roomPatience: Duration
  /// Seconds after which a client may ask again for a model that found no room.
  public var retryAfter: Int

  /// Limits with every field given.
  public init(memory: Int? = nil, roomPatience: Duration = .seconds(30), retryAfter: Int = 5) {
    self.memory = memory
    self.roomPatience = roomPatience
    self.retryAfter = retryAfter
  }
}
