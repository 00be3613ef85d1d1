package import InkTensor

/// What an adapter changes about a linear map.
package enum LinearDelta: Sendable {
  /// LoRA and its relatives: something is added.
  case lowRank(LowRank)
  /// DoRA.
  case decomposed(DecomposedLowRank)
  /// The inputs are multiplied by a vector, [inputs] (Liu et al., 2022, "IA3").
  case scaledInputs(Tensor)
  /// The outputs with their bias are multiplied by a vector, [outputs] (IA3).
  case scaledOutputs(Tensor)
  /// A narrow network behind the map.
  case bottleneck(Bottleneck)
  /// Another bias in place of the base's, [outputs].
  case bias(Tensor)
  /// Another map in place of the base's.
  case replaced(weight: Weight, bias: Tensor?)

  /// Whether the delta is a sum with the map's result.
  var isSum: Bool {
    switch self {
    case .lowRank: true
    case .decomposed, .scaledInputs, .scaledOutputs, .bottleneck, .bias, .replaced: false
    }
  }
}

/// A delta with the adapter that it is part of.
package struct AttachedDelta: Sendable {
  package let adapter: AdapterName
  package let delta: LinearDelta

  package init(adapter: AdapterName, delta: LinearDelta) {
    self.adapter = adapter
    self.delta = delta
  }
}
