extension CPU {
  /// The cross-entropy of rows against their targets, through a linear map to the scores of all entries.
  ///
  /// The scores exist for a block of rows at a time only: their gradient is computed together with the loss, so that no
  /// more than ``crossEntropyBlockBytes`` are needed however many rows there are (as in Hsu et al., 2024, "Liger
  /// Kernel"). Rows of no weight should be left out by the caller: they cost as much as the others.
  ///
  /// - Parameters:
  ///   - x: [rows, width].
  ///   - weight: [entries, width].
  ///   - bias: [entries], added to the scores.
  ///   - factors: [entries], multiplied with the scores before all else; constant.
  ///   - targets: for each row an entry.
  ///   - rowWeights: for each row what its loss is multiplied with before all are added.
  /// - Returns: the sum as a tensor of one element, and the loss of each row without its weight.
  package func crossEntropy(
    _ x: Tensor, weight: Weight, bias: Tensor? = nil, factors: Tensor? = nil, targets: [Int32], rowWeights: [Float],
    settings: CrossEntropySettings = CrossEntropySettings()
  ) -> (loss: Tensor, rowLosses: [Float]) {
    guard x.shape.rank == 2, x.shape[0] == targets.count, targets.count == rowWeights.count,
      x.shape[1] == weight.inputs, targets.allSatisfy({ $0 >= 0 && Int($0) < weight.outputs }),
      bias.map({ $0.elementCount == weight.outputs }) ?? true,
      factors.map({ $0.elementCount == weight.outputs }) ?? true
    else { trap("crossEntropy", "x \(x.shape), \(targets.count) targets, [\(weight.outputs), \(weight.inputs)]") }
    let wanted = CrossEntropyGradients.Wanted(
      x: tape?.tracks(x) ?? false, weight: weight.tensor.flatMap { tape?.tracks($0) } ?? false,
      bias: bias.flatMap { tape?.tracks($0) } ?? false)
    let pass = CrossEntropyPass(
      cpu: withoutTape, weight: weight, bias: bias, factors: factors, settings: settings, wanted: wanted)
    let (total, rowLosses, gradients) = pass.run(x, targets: targets, rowWeights: rowWeights)
    let loss = Tensor([Float(total)], shape: [1])
    guard let tape, wanted.isAny else { return (loss, rowLosses) }
    let (input, head, shift) = (x.hollow, weight.tensor?.hollow, bias?.hollow)
    let inputs = [x] + [weight.tensor, bias].compactMap { $0 }
    let known = tape.append(results: [loss], of: inputs) { results in
      { flow in
        guard let above = flow.take(results[0]) else { return }
        let cpu = flow.cpu
        // Computed for a gradient of one, which it nearly always is.
        let factor = above.toArray()[0]
        func scaled(_ tensor: Tensor) -> Tensor { factor == 1 ? tensor : cpu.scale(tensor, by: factor) }
        if let gradient = gradients.x { flow.add(scaled(gradient), to: input) }
        if let gradient = gradients.weight, let head { flow.add(handingOver: scaled(gradient), to: head) }
        if let gradient = gradients.bias, let shift { flow.add(handingOver: scaled(gradient), to: shift) }
      }
    }
    return (known[0], rowLosses)
  }

  /// Bytes of scores that exist at a time, at most.
  static let crossEntropyBlockBytes = 128 << 20
  /// Rows of scores that exist at a time, at most: enough for the products to take no longer than those of all rows.
  static let crossEntropyBlockRows = 1024
}

/// The gradients of a cross-entropy that are wanted, for a gradient of one of the loss.
struct CrossEntropyGradients: Sendable {
  struct Wanted {
    let x: Bool
    let weight: Bool
    let bias: Bool

    var isAny: Bool { x || weight || bias }
  }

  var x: Tensor?
  var weight: Tensor?
  var bias: Tensor?
}
