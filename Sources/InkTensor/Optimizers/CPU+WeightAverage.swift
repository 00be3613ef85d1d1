import CInkKernels

extension CPU {
  /// `average += weight * (value - average)` for pairs of tensors of one shape. The averages change in place: only
  /// their owner may call it.
  package func moveAverages(_ averages: [Tensor], toward values: [Tensor], by weight: Float) {
    let kernels = updates
    let (from, to) = (values.map(\.floats), averages.map(\.floats))
    if values.map(\.shape) != averages.map(\.shape) { trap("moveAverages", "averages of other tensors") }
    forEachPart(averages.map(\.elementCount), cost: 1) { index, range in
      kernels.call.average(weight, from[index] + range.lowerBound, to[index] + range.lowerBound, range.count)
    }
    withExtendedLifetime((averages, values)) {}
  }

  /// Exchanges the elements of pairs of tensors of one shape, to the bit. Both change in place: only their owner may
  /// call it, while nobody computes with them.
  package func exchange(_ some: [Tensor], with others: [Tensor]) {
    let (left, right) = (some.map(\.floats), others.map(\.floats))
    if some.map(\.shape) != others.map(\.shape) { trap("exchange", "tensors of other shapes") }
    forEachPart(some.map(\.elementCount), cost: 1) { index, range in
      let (a, b) = (left[index], right[index])
      for place in range { (a[place], b[place]) = (b[place], a[place]) }
    }
    withExtendedLifetime((some, others)) {}
  }
}
