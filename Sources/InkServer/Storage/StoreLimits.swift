/// How much of one kind the server keeps.
public struct StoreLimits: Sendable, Hashable {
  /// What happens when something new does not fit.
  public enum Overflow: Sendable, Hashable {
    /// It is refused.
    case refuse
    /// The oldest ones are dropped.
    case dropOldest
  }

  /// How many.
  public var count: Int
  /// Bytes of one.
  public var itemBytes: Int
  /// Bytes of all.
  public var totalBytes: Int
  /// What happens when something new does not fit.
  public var overflow: Overflow
  /// Seconds after which one is dropped; nil keeps it.
  public var lifetime: Int?

  /// Limits with every field given.
  public init(count: Int, itemBytes: Int, totalBytes: Int, overflow: Overflow, lifetime: Int? = nil) {
    self.count = count
    self.itemBytes = itemBytes
    self.totalBytes = totalBytes
    self.overflow = overflow
    self.lifetime = lifetime
  }
}
