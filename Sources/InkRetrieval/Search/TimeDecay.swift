#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Prefers what was changed lately: a score loses half of the share `weight` with each half-life of the document's age.
public struct TimeDecay: Sendable, Hashable {
  /// Days after which half is lost.
  public var halfLifeDays: Double
  /// The share of the score that decays; the rest stays.
  public var weight: Double

  /// A decay.
  public init(halfLifeDays: Double, weight: Double = 0.5) {
    self.halfLifeDays = halfLifeDays
    self.weight = weight
  }

  /// What a positive score becomes at an age in seconds; ages below 0 count as 0, scores below 0 stay as they are.
  public func decayed(_ score: Double, age: Double) -> Double {
    guard score > 0, halfLifeDays > 0 else { return score }
    return score * (1 - weight + weight * pow(0.5, max(age, 0) / 86_400 / halfLifeDays))
  }
}
