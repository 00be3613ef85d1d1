import InkTensor

/// Where the parts of a model lie in its checkpoint: a ``WeightMap`` asked about names, without tensors.
package struct WeightPlaces: Sendable {
  private let steps: [WeightStep]

  /// - Throws: `malformed` for a rule whose sides do not fit each other.
  package init(_ map: WeightMap) throws(FormatError) {
    var steps: [WeightStep] = []
    for rule in map.rules { steps.append(contentsOf: try WeightStep.steps(rule)) }
    self.steps = steps
  }

  /// A tensor of a checkpoint and the tensors of the model that are made of its rows, in order.
  package struct Place: Sendable, Hashable {
    package let stored: String
    package let parts: [String]
    /// Whether the checkpoint keeps a row for each output or for each input.
    package let layout: WeightLayout
  }

  /// What becomes of a tensor of the checkpoint; nil where no rule knows it, or where its rows do not stay rows.
  package func place(ofStored name: String) -> Place? {
    let bytes = Array(name.utf8)
    for step in steps {
      for input in step.inputs {
        guard let numbers = input.match(bytes) else { continue }
        return place(step, numbers)
      }
    }
    return nil
  }

  /// Where a tensor of the model comes from; nil as in ``place(ofStored:)``.
  package func place(of name: String) -> Place? {
    let bytes = Array(name.utf8)
    for step in steps {
      for output in step.outputs {
        guard let numbers = output.match(bytes) else { continue }
        return place(step, numbers)
      }
    }
    return nil
  }

  private func place(_ step: WeightStep, _ numbers: [Int]) -> Place? {
    let layout: WeightLayout
    switch step.action {
    case .keep, .permuteRows: layout = .outputsFirst
    case .transpose: layout = .inputsFirst
    case .split(_, _, let own): layout = own
    case .join, .stack, .unstack, .reshape, .transposeSlices, .sliceTransposed, .offset, .drop: return nil
    }
    return Place(stored: step.inputs[0].name(numbers), parts: step.outputs.map { $0.name(numbers) }, layout: layout)
  }
}
