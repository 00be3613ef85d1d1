package import InkTensor

/// Which process owns which weights: runs of whole weights, in order, so that optimizers which look at a weight as a matrix
/// see all of it.
package struct ParameterShards: Sendable, Hashable {
  /// The positions of the weights of each rank, in the list of all; together all of them, in order. Some may be empty.
  package let ranges: [Range<Int>]

  /// Cuts a list of weights so that the largest share is as small as it can be without reordering.
  ///
  /// - Parameters:
  ///   - elementCounts: the number of elements of each weight.
  ///   - size: the number of processes, at least one.
  package init(elementCounts: [Int], size: Int) {
    let size = max(size, 1)
    var low = elementCounts.max() ?? 0
    var high = max(low, elementCounts.reduce(0, +))
    while low < high {
      let middle = low + (high - low) / 2
      if Self.cut(elementCounts, limit: middle).count <= size { high = middle } else { low = middle + 1 }
    }
    let cut = Self.cut(elementCounts, limit: low)
    ranges = cut + Array(repeating: elementCounts.count..<elementCounts.count, count: max(size - cut.count, 0))
  }

  /// Cuts the weights of a run.
  package init(of parameters: [Parameter], size: Int) {
    self.init(elementCounts: parameters.map(\.value.elementCount), size: size)
  }

  /// The rank that owns a weight.
  package func owner(of index: Int) -> Int { ranges.firstIndex { $0.contains(index) } ?? 0 }

  /// Fills one share after the other up to the limit.
  private static func cut(_ counts: [Int], limit: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var held = 0
    for (index, count) in counts.enumerated() {
      if held + count > limit, index > start {
        ranges.append(start..<index)
        (start, held) = (index, 0)
      }
      held += count
    }
    if start < counts.count { ranges.append(start..<counts.count) }
    return ranges
  }
}
