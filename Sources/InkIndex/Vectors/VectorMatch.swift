/// A vector that a search found.
public struct VectorMatch: Sendable, Hashable {
  /// The vector's id.
  public let id: Int64
  /// How well it fits by the index's metric; higher is better.
  public let score: Float

  /// A found vector.
  public init(id: Int64, score: Float) {
    self.id = id
    self.score = score
  }
}
