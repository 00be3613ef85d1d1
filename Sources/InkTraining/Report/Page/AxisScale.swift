/// The range of an axis and the places of its marks.
struct AxisScale: Sendable, Hashable {
  let lowest: Double
  let highest: Double
  let marks: [Double]

  /// Where steps are counted: every mark is a whole number.
  enum Marks: Sendable, Hashable {
    case anywhere
    case whole
  }

  /// A scale over finite values with about `count` marks at 1, 2 or 5 times a power of ten.
  init(_ values: [Double], count: Int, marks kind: Marks) {
    // Values near the largest number would overflow where the range is taken.
    let limit = Double.greatestFiniteMagnitude / 8
    let bounded = values.map { min(max($0, -limit), limit) }
    var lowest = bounded.min() ?? 0
    var highest = bounded.max() ?? 1
    if lowest == highest {
      let room = lowest == 0 ? 1 : max(lowest.magnitude / 2, 1e-300)
      lowest -= room
      highest += room
    }
    var distance = AxisScale.roundDistance((highest - lowest) / Double(max(count, 1)))
    if kind == .whole { distance = max(1, distance.rounded()) }
    var marks: [Double] = []
    var index = (lowest / distance).rounded(.up)
    while index * distance <= highest, marks.count < 4 * max(count, 1) {
      marks.append(index * distance)
      index += 1
    }
    self.lowest = lowest
    self.highest = highest
    self.marks = marks
  }

  /// The place of a value, 0 at the lowest and 1 at the highest.
  func place(_ value: Double) -> Double {
    min(max((value - lowest) / (highest - lowest), 0), 1)
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not under a distance.
  private static func roundDistance(_ distance: Double) -> Double {
    var power = 1.0
    while power > distance, power > 1e-300 { power /= 10 }
    while power * 10 <= distance, power < 1e300 { power *= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= distance } ?? power * 10
  }
}
