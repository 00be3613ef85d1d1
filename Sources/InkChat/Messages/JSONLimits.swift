/// How much a JSON text may ask of its reader.
public struct JSONLimits: Sendable, Hashable {
  /// Arrays and objects inside each other.
  public var depth: Int
  /// Values in all.
  public var values: Int

  /// Limits with every field given.
  public init(depth: Int = 128, values: Int = 4_000_000) {
    self.depth = depth
    self.values = values
  }
}
