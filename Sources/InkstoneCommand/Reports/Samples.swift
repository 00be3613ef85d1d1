import InkChat

/// Repeated measurements of one number.
package struct Samples: Sendable, Equatable {
  /// The measurements in the order they were made.
  package private(set) var values: [Double] = []

  /// No measurements yet.
  package init(_ values: [Double] = []) { self.values = values }

  /// Adds one.
  package mutating func append(_ value: Double) { values.append(value) }

  /// The one in the middle, or the mean of the two; nil without any.
  package var median: Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The smallest measurement that so large a part of all is not above; 0 without any.
  package func quantile(_ part: Double) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(max(Int((Double(sorted.count) * part).rounded(.up)) - 1, 0), sorted.count - 1)]
  }

  /// Median, least and greatest; null without measurements.
  package var json: Report {
    guard let median, let least = values.min(), let greatest = values.max() else { return .null }
    return ["median": .number(median), "min": .number(least), "max": .number(greatest)]
  }

  /// The three as text.
  package func text(digits: Int) -> String {
    guard let median, let least = values.min(), let greatest = values.max() else { return "-" }
    let shown = Amount.decimal(median, digits: digits)
    guard values.count > 1 else { return shown }
    return "\(shown)  (\(Amount.decimal(least, digits: digits)) to \(Amount.decimal(greatest, digits: digits)))"
  }
}
