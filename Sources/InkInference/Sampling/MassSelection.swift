/// Selecting the nearest elements until their weights reach a sum, without sorting them all.
enum MassSelection {
  private static let bucketCount = 4096
  private static let bucketsPerUnit: Float = 64

  /// The indices, ascending, of the nearest elements that together reach the goal; at least one if there is any.
  ///
  /// Distances fall into buckets of 1/64 that are weighed in one pass; only the bucket in which the goal is reached is
  /// sorted. Weights are added in index order inside a bucket, so the result is the same in every run.
  ///
  /// - Parameters:
  ///   - distances: at least 0; infinity for elements that are not to be selected.
  ///   - weights: non-negative, one for each distance.
  ///   - precedes: the exact order of two elements, by which equal distances are told apart.
  static func indices(
    distances: [Float], weights: [Float], reaching goal: Double, precedes: (Int, Int) -> Bool
  ) -> [Int] {
    var masses = [Double](repeating: 0, count: bucketCount)
    for index in distances.indices where distances[index] < .infinity {
      masses[bucket(distances[index])] += Double(weights[index])
    }
    var cumulated = 0.0
    var last = 0
    // A goal of 0 is reached by the first bucket that holds anything.
    while last < bucketCount - 1, cumulated + masses[last] < goal || cumulated + masses[last] == 0 {
      cumulated += masses[last]
      last += 1
    }
    var kept: [Int] = []
    var contested: [Int] = []
    for index in distances.indices where distances[index] < .infinity {
      let place = bucket(distances[index])
      if place < last {
        kept.append(index)
      } else if place == last {
        contested.append(index)
      }
    }
    contested.sort(by: precedes)
    var taken = 0
    while taken < contested.count, (kept.isEmpty && taken == 0) || cumulated < goal {
      cumulated += Double(weights[contested[taken]])
      taken += 1
    }
    return merge(kept, contested.prefix(taken).sorted())
  }

  @inline(__always)
  private static func bucket(_ distance: Float) -> Int {
    Int(min(distance * bucketsPerUnit, Float(bucketCount - 1)))
  }

  private static func merge(_ left: [Int], _ right: [Int]) -> [Int] {
    guard !right.isEmpty else { return left }
    var merged: [Int] = []
    merged.reserveCapacity(left.count + right.count)
    var next = 0
    for index in left {
      while next < right.count, right[next] < index {
        merged.append(right[next])
        next += 1
      }
      merged.append(index)
    }
    merged.append(contentsOf: right[next...])
    return merged
  }
}
