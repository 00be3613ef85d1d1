import InkTensor

/// The rows of the routers of some layers, whose mean a loss is.
struct RouterRows {
  let logits: [Tensor]
  /// For each layer and row its share in the mean over all layers: one over ``count``, or zero.
  let weights: [[Float]]
  /// Rows that count, over all layers.
  let count: Int

  init(_ choices: [ExpertChoice], counted: [Bool]?) {
    logits = choices.map(\.logits)
    let masks = logits.map { logits -> [Bool] in
      let rows = logits.shape[0]
      guard let counted else { return Array(repeating: true, count: rows) }
      if counted.count != rows { trap("RouterRows", "\(counted.count) marks for \(rows) rows") }
      return counted
    }
    let total = masks.reduce(0) { $0 + $1.count(where: { $0 }) }
    let share = total == 0 ? 0 : 1 / Float(total)
    weights = masks.map { $0.map { $0 ? share : 0 } }
    count = total
  }

  /// The sum over the layers of what `term` makes of logits and weights.
  func sum(on cpu: CPU, _ term: (Tensor, [Float]) -> Tensor) -> Tensor {
    let terms = zip(logits, weights).map { term($0, $1) }
    return terms.dropFirst().reduce(terms[0]) { cpu.add($0, $1) }
  }
}
