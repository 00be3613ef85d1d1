package import InkTensor

/// The state by weight, for runs over several processes, whose checkpoints are those of one.
extension Optimizer {
  private static let countName = "updates"

  /// What is remembered of each weight: its slots, and the number of its updates.
  package func stateEntries() throws(TrainingError) -> [[StateEntry]] {
    var entries: [[StateEntry]] = []
    for index in plans.indices {
      var own = zip(slots[index], states[index]).map { StateEntry(name: $0.name, tensor: $1) }
      own.append(StateEntry(name: Self.countName, tensor: try Self.counts([steps[index]])))
      entries.append(own)
    }
    return entries
  }

  /// The state of a run's weights as a checkpoint holds it.
  ///
  /// - Parameters:
  ///   - entries: of each weight, from those who updated it.
  ///   - parameters: the weights.
  package static func exported(
    _ entries: [[StateEntry]], of parameters: [Parameter]
  ) throws(TrainingError) -> [(name: String, tensor: Tensor)] {
    var result: [(name: String, tensor: Tensor)] = []
    var updates: [Int] = []
    for (parameter, own) in zip(parameters, entries) {
      for entry in own {
        if entry.name == countName {
          updates += entry.tensor.toIntegers()
        } else {
          result.append(("\(parameter.name).\(entry.name)", entry.tensor))
        }
      }
    }
    result.append((stepsName, try counts(updates)))
    return result
  }

  /// A checkpoint's state by weight, to hand out to those who update them.
  ///
  /// - Throws: `mismatch` for the state of other weights.
  package static func entries(
    of stored: [(name: String, tensor: Tensor)], parameters: [Parameter]
  ) throws(TrainingError) -> [[StateEntry]] {
    let owners = Dictionary(
      parameters.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var entries = [[StateEntry]](repeating: [], count: parameters.count)
    var updates: [Int]?
    for (name, tensor) in stored {
      if name == stepsName {
        guard tensor.dtype == .i64, tensor.shape == [parameters.count], tensor.isContiguous else {
          throw TrainingError(
            .mismatch, context: name, expected: "I64 [\(parameters.count)]",
            found: "\(tensor.dtype.rawValue) \(tensor.shape)")
        }
        updates = tensor.toIntegers()
        continue
      }
      // Both a weight's name and a slot's may have dots.
      let dots = name.indices.filter { name[$0] == "." }.reversed()
      guard let dot = dots.first(where: { owners[String(name[..<$0])] != nil }),
        let owner = owners[String(name[..<dot])]
      else {
        throw TrainingError(
          .mismatch, context: name, expected: "the state of a weight that this run trains",
          hint: "The checkpoint was written with another optimizer or other trained weights.")
      }
      entries[owner].append(StateEntry(name: String(name[name.index(after: dot)...]), tensor: tensor))
    }
    guard let updates else {
      throw TrainingError(
        .mismatch, context: stepsName, expected: "a tensor of the optimizer's state", found: "none",
        hint: "The checkpoint was written with another optimizer or other trained weights.")
    }
    for index in entries.indices {
      entries[index].append(StateEntry(name: countName, tensor: try counts([updates[index]])))
    }
    return entries
  }

  /// Goes on with the state of each weight.
  package func importEntries(_ entries: [[StateEntry]]) throws(TrainingError) {
    guard entries.count == plans.count else {
      throw TrainingError(
        .mismatch, context: "the state of the optimizer", expected: "that of \(plans.count) weights",
        found: "\(entries.count)")
    }
    try importState(try Self.exported(entries, of: plans.map(\.parameter)))
  }
}
