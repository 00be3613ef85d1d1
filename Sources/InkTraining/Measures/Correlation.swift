/// How well two lists of numbers agree.
package enum Correlation {
  /// Pearson's coefficient; not a number where one of the lists has no spread or they are of different lengths.
  package static func pearson(_ first: [Double], _ second: [Double]) -> Double {
    guard first.count == second.count, first.count > 1 else { return .nan }
    let count = Double(first.count)
    let means = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (product, squares) = (0.0, (0.0, 0.0))
    for (x, y) in zip(first, second) {
      let (dx, dy) = (x - means.0, y - means.1)
      product += dx * dy
      squares.0 += dx * dx
      squares.1 += dy * dy
    }
    return product / (squares.0 * squares.1).squareRoot()
  }

  /// Spearman's coefficient: that of the places in order; equal numbers share the mean of theirs.
  package static func spearman(_ first: [Double], _ second: [Double]) -> Double {
    pearson(ranks(first), ranks(second))
  }

  /// Both of them.
  package static func measures(_ found: [Double], _ expected: [Double]) -> [Measure] {
    [Measure(.pearson, pearson(found, expected)), Measure(.spearman, spearman(found, expected))].compactMap { $0 }
  }

  /// The place of each number in ascending order, from one.
  private static func ranks(_ numbers: [Double]) -> [Double] {
    let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
    var ranks = [Double](repeating: 0, count: numbers.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, numbers[order[end]] == numbers[order[start]] { end += 1 }
      for index in order[start..<end] { ranks[index] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}
