package import InkTensor

extension LinearDelta {
  /// Whether a map with this delta is one product of wider rows: what a loss that never holds all scores can compute.
  package var isOneProduct: Bool {
    switch self {
    case .lowRank(let change): change.outer == nil
    case .bias, .replaced: true
    case .decomposed, .scaledInputs, .scaledOutputs, .bottleneck: false
    }
  }
}

extension Linear {
  /// The map with all its deltas as one product of rows that the narrow vectors stand beside: `[x, a] [W, B]ᵀ`.
  ///
  /// - Parameter x: [rows, inputs].
  /// - Returns: the rows and the map; they are x and the base where nothing is attached. Other deltas than those that
  ///   ``LinearDelta/isOneProduct`` names are a programmer's error.
  package func asOneProduct(of x: Tensor, on cpu: CPU) -> (x: Tensor, map: Linear) {
    var (weight, bias, input) = (weight, bias, x)
    for attached in deltas {
      switch attached.delta {
      case .replaced(let other, let otherBias): (weight, bias) = (other, otherBias)
      case .bias(let other): bias = other
      case .lowRank, .decomposed, .scaledInputs, .scaledOutputs, .bottleneck: break
      }
    }
    for attached in deltas {
      switch attached.delta {
      case .lowRank(let change) where change.outer == nil:
        let (narrow, up) = (change.narrow(x, on: cpu), cpu.gatherRows(Array(0..<weight.outputs), of: change.up))
        input = cpu.joinColumns(input, narrow)
        weight = .dense(cpu.joinColumns(cpu.gatherRows(Array(0..<weight.outputs), of: weight), up))
      case .replaced, .bias: break
      case .lowRank, .decomposed, .scaledInputs, .scaledOutputs, .bottleneck:
        trap("Linear.asOneProduct", "a delta that is more than a product")
      }
    }
    return (input, Linear(weight: weight, bias: bias))
  }
}

extension LowRank {
  /// What `up` is multiplied with, [rows, rank].
  fileprivate func narrow(_ x: Tensor, on cpu: CPU) -> Tensor {
    var narrow = cpu.linear(x, by: [down], epilogues: [.none])[0]
    if scale != 1 { narrow = cpu.scale(narrow, by: scale) }
    return inner.map { cpu.scaleColumns(narrow, by: $0) } ?? narrow
  }
}
