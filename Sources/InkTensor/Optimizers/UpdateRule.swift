/// How an optimizer changes weights: a method with its settings. What it remembers lies outside, in tensors.
package protocol UpdateRule: Sendable {
  /// What is remembered of a weight of this shape.
  func slots(for shape: Shape) -> [StateSlot]

  /// Changes the weights and what is remembered of them. Called by ``CPU/update(_:by:scale:)`` only, which has checked
  /// the parts.
  func apply(_ parts: [UpdatePart], scale: GradientScale, on cpu: CPU)
}

extension CPU {
  /// Changes weights and the state of their optimizer in place.
  ///
  /// Tensors are values that operations never change; this does. Only the owner of the weights may call it, between two
  /// steps, while nobody computes with them. The bits of the result do not depend on the threads or the instruction
  /// set.
  ///
  /// - Parameters:
  ///   - parts: the weights, no two of which share memory.
  ///   - scale: what is done to gradients first.
  /// - Throws: `shapeMismatch` or `unsupported`, before anything is changed.
  package func update(
    _ parts: [UpdatePart], by rule: some UpdateRule, scale: GradientScale = .identity
  ) throws(TensorError) {
    for part in parts { try part.check(rule.slots(for: part.value.shape)) }
    rule.apply(parts, scale: scale, on: self)
    withExtendedLifetime(parts) {}
  }

  var updates: OptimizerKernels { OptimizerKernels(instructionSet) }

  /// Runs `body` over the elements of several tensors as if they lay one after the other, so that many small ones cost
  /// one dispatch.
  ///
  /// - Parameters:
  ///   - counts: the elements of each tensor.
  ///   - unit: the elements that stay together; ranges begin at multiples of it.
  ///   - cost: the work of an element in units of a multiplication.
  ///   - body: gets a tensor's index and a range of its elements.
  func forEachPart(_ counts: [Int], unit: Int = 16, cost: Int, _ body: (Int, Range<Int>) -> Void) {
    var starts = [0]
    for count in counts { starts.append(starts[starts.count - 1] + (count + unit - 1) / unit) }
    threads.run(count: starts[counts.count], grain: max(1, 65_536 / (unit * cost))) { units in
      var index = starts.lastIndex(atMost: units.lowerBound)
      var position = units.lowerBound
      while position < units.upperBound {
        let end = min(units.upperBound, starts[index + 1])
        if position < end {
          let lower = (position - starts[index]) * unit
          body(index, lower..<min((end - starts[index]) * unit, counts[index]))
        }
        position = end
        index += 1
      }
    }
  }
}

extension [Int] {
  /// The last place of rising numbers, of which the first is 0, that holds at most `value`.
  fileprivate func lastIndex(atMost value: Int) -> Int {
    var (lower, upper) = (0, count)
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if self[middle] <= value { lower = middle } else { upper = middle }
    }
    return lower
  }
}
