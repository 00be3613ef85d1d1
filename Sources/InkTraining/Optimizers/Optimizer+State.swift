package import InkTensor

extension Optimizer {
  /// The name under which the counts of updates are stored.
  static let stepsName = "optimizer.steps"

  /// All that is remembered, by name: the tensors as `WEIGHT.SLOT`, and the number of updates of each weight. The tensors
  /// are those that the next step changes, so they are written before it.
  package func exportedState() throws(TrainingError) -> [(name: String, tensor: Tensor)] {
    var result: [(name: String, tensor: Tensor)] = []
    for (index, plan) in plans.enumerated() {
      for (slot, tensor) in zip(slots[index], states[index]) {
        result.append(("\(plan.parameter.name).\(slot.name)", tensor))
      }
    }
    result.append((Self.stepsName, try Self.counts(steps)))
    return result
  }

  /// Numbers of updates as they are stored.
  static func counts(_ steps: [Int]) throws(TrainingError) -> Tensor {
    var bytes: [UInt8] = []
    for step in steps {
      for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: step >> shift)) }
    }
    do { return try Tensor(storage: .copying(bytes), byteOffset: 0, dtype: .i64, shape: [steps.count]) } catch {
      throw TrainingError(.mismatch, context: stepsName, expected: error.expected, found: error.found)
    }
  }

  /// Goes on where a stored optimizer of the same settings and weights stopped, to the bit.
  ///
  /// - Throws: `mismatch` for tensors that are missing, left over or of another shape; nothing is changed then.
  package func importState(_ stored: [(name: String, tensor: Tensor)]) throws(TrainingError) {
    var left = Dictionary(stored.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    var restored: [[Tensor]] = []
    for (index, plan) in plans.enumerated() {
      var state: [Tensor] = []
      for slot in slots[index] {
        let tensor = try take("\(plan.parameter.name).\(slot.name)", from: &left)
        do { state.append(try slot.restored(from: tensor, of: plan.parameter.name)) } catch {
          throw TrainingError(.mismatch, context: error.context, expected: error.expected, found: error.found)
        }
      }
      restored.append(state)
    }
    let counts = try take(Self.stepsName, from: &left)
    guard counts.dtype == .i64, counts.shape == [plans.count], counts.isContiguous else {
      throw TrainingError(
        .mismatch, context: Self.stepsName, expected: "I64 [\(plans.count)]",
        found: "\(counts.dtype.rawValue) \(counts.shape)")
    }
    let numbers = counts.toIntegers()
    if let wrong = numbers.first(where: { $0 < 0 || $0 == Int.max }) {
      throw TrainingError(.mismatch, context: Self.stepsName, expected: "counts", found: "\(wrong)")
    }
    if let name = left.keys.sorted().first {
      throw TrainingError(
        .mismatch, context: name, expected: "the state of this optimizer", found: "\(left.count) other tensors",
        hint: "The checkpoint was written with another optimizer or other trained weights.")
    }
    states = restored
    steps = numbers
  }

  private func take(_ name: String, from left: inout [String: Tensor]) throws(TrainingError) -> Tensor {
    guard let tensor = left.removeValue(forKey: name) else {
      throw TrainingError(
        .mismatch, context: name, expected: "a tensor of the optimizer's state", found: "none",
        hint: "The checkpoint was written with another optimizer or other trained weights.")
    }
    return tensor
  }
}
