/// Counts of values at or below each of some bounds, with their sum.
struct Histogram: Sendable {
  /// The bounds, in rising order; values above the last one are counted too.
  let bounds: [Double]
  /// Values that are above the bound before and at or below this one; one more for those above all.
  private(set) var counts: [Int]
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  mutating func observe(_ value: Double) {
    sum += value
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
  }

  /// All values.
  var count: Int { counts.reduce(0, +) }
}
