/// How often classes were right, found and missed.
package struct ClassCounts: Sendable, Hashable {
  private var right: [Int]
  private var predicted: [Int]
  private var actual: [Int]

  /// Counts of so many classes, all zero.
  package init(classes: Int) {
    right = Array(repeating: 0, count: classes)
    predicted = right
    actual = right
  }

  /// Counts a prediction; classes that there are none of are a programmer's error.
  package mutating func add(predicted guess: Int, actual class: Int) {
    predicted[guess] += 1
    actual[`class`] += 1
    if guess == `class` { right[guess] += 1 }
  }

  /// The share of predictions that are right; not a number without any.
  package var accuracy: Double {
    Double(right.reduce(0, +)) / Double(actual.reduce(0, +))
  }

  /// The mean over the classes that were there or predicted of `2 * precision * recall / (precision + recall)`.
  package var macroF1: Double {
    let seen = actual.indices.filter { actual[$0] + predicted[$0] > 0 }
    let scores = seen.map { 2 * Double(right[$0]) / Double(actual[$0] + predicted[$0]) }
    return scores.reduce(0, +) / Double(scores.count)
  }

  /// What is measured of them.
  package var measures: [Measure] {
    [Measure(.accuracy, accuracy), Measure(.macroF1, macroF1)].compactMap { $0 }
  }
}
