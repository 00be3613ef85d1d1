package import InkTensor

/// The auxiliary loss that keeps the logits of routers small: the mean over the tokens of all layers of the squared
/// logarithm of the softmax's denominator (Zoph et al., 2022, "ST-MoE").
package enum RouterZLoss {
  /// The loss, one element.
  ///
  /// - Parameters:
  ///   - choices: what the routers of some layers decided.
  ///   - counted: which rows count; all when it is nil.
  package static func of(_ choices: [ExpertChoice], counted: [Bool]? = nil, on cpu: CPU) -> Tensor {
    guard !choices.isEmpty else { return cpu.zeros([1]) }
    return RouterRows(choices, counted: counted).sum(on: cpu) { cpu.squaredLogSum($0, rowWeights: $1) }
  }
}
