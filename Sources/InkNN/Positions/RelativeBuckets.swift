package import InkTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Relative positions in buckets: near distances have one each, far ones share one with their neighbours on a
/// logarithmic scale, and all beyond the largest distance share the last (T5; Raffel et al., 2020).
public struct RelativeBuckets: Sendable, Hashable {
  /// Which keys there are to tell apart.
  public enum Direction: Sendable, Hashable {
    /// Keys before the query and behind it, half of the buckets for each.
    case both
    /// Keys up to the query.
    case past
  }

  /// The number of buckets.
  public let count: Int
  /// The distance from which on all keys are in the last bucket.
  public let largestDistance: Int
  /// Which keys there are.
  public let direction: Direction

  /// The largest distance that is computed with: each has a number for each head.
  public static let distanceLimit = 1 << 16
  /// The most numbers of all heads and distances together.
  package static let numberLimit = 1 << 26

  /// Buckets, or nil where the numbers cannot be: fewer than two for a direction, or a largest distance that lies among
  /// those with a bucket of their own or beyond ``distanceLimit``.
  public init?(count: Int, largestDistance: Int, direction: Direction) {
    let perDirection = direction == .both ? count / 2 : count
    guard perDirection >= 2, largestDistance > perDirection / 2, largestDistance <= RelativeBuckets.distanceLimit else {
      return nil
    }
    self.count = count
    self.largestDistance = largestDistance
    self.direction = direction
  }

  /// The bucket of a distance: the key's position minus the query's.
  public func bucket(of distance: Int) -> Int {
    let perDirection = direction == .both ? count / 2 : count
    let first = direction == .both && distance > 0 ? perDirection : 0
    let length = direction == .past && distance > 0 ? 0 : Int(clamping: distance.magnitude)
    let exact = perDirection / 2
    if length < exact { return first + length }
    // In f32, as the reference computes it: a distance on the border of two buckets must fall into the same one.
    let share = log(Float(length) / Float(exact)) / Float(log(Double(largestDistance) / Double(exact)))
    let bucket = exact + Int(share * Float(perDirection - exact))
    return first + min(bucket, perDirection - 1)
  }

  /// What is added for each distance and head, [2 largestDistance + 1, heads]: the first row is for the key that lies
  /// farthest before the query.
  ///
  /// - Parameter table: what each bucket adds for each head, [count, heads]; gradients flow to it.
  package func distanceTable(of table: Weight, on cpu: CPU) -> Tensor {
    cpu.gatherRows((-largestDistance...largestDistance).map(bucket), of: table)
  }
}
