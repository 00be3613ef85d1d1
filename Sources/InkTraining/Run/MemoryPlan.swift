/// What a run will have in memory, told without training.
package struct MemoryPlan: Sendable, Hashable {
  /// The model's weights and those of an adapter, in bytes.
  package var weights = 0
  /// The most gradients of weights that there are at a time.
  package var gradients = 0
  /// When weights change: whether gradients are there until the next step.
  package var updateTime = UpdateTime.afterAllGradients
  /// What the optimizer remembers, and the mean of the weights if one is kept.
  package var optimizer = 0
  /// Results between the layers that gradients are computed from, and what else a step needs.
  package var activations = 0
  /// The largest tensor of the base's files, whose pages are resident while it is read.
  package var mapped = 0
  /// The largest tensor of the base while it is decoded.
  package var decoding = 0
  /// Weights in the layout of the files that are written at the end, or the model that writes samples then.
  package var writing = 0

  package init() {}

  /// The most bytes at a time, while the base is read, trained, or written at the end.
  ///
  /// - Parameter program: bytes of the program with its tokenizer and its data.
  package func peak(program: Int) -> Int {
    let still = program + weights
    let changing =
      switch updateTime {
      case .afterAllGradients: gradients + max(activations, writing)
      case .onTheWayBack: max(gradients + activations, writing)
      }
    return max(still + mapped + decoding, still + optimizer + changing)
  }
}
