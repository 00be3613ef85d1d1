package import InkTensor

/// The auxiliary loss that spreads tokens over experts (Fedus, Zoph and Shazeer, 2021, "Switch Transformers"), as
/// Mixtral's reference computes it: over the tokens of all layers together, the number of experts times the sum over
/// experts of the share of tokens that go there and the mean probability of going there.
package enum LoadBalancingLoss {
  /// The loss, one element: the number of chosen experts where all have the same load.
  ///
  /// Gradients flow to the routers' logits through the probabilities; the shares are constants.
  ///
  /// - Parameters:
  ///   - choices: what the routers of some layers decided, all with the same experts.
  ///   - counted: which rows count, such as those of tokens that are no padding; all when it is nil.
  package static func of(_ choices: [ExpertChoice], counted: [Bool]? = nil, on cpu: CPU) -> Tensor {
    guard let first = choices.first else { return cpu.zeros([1]) }
    let experts = first.logits.shape[1]
    let layers = RouterRows(choices, counted: counted)
    var counts = [Int](repeating: 0, count: experts)
    for (choice, weights) in zip(choices, layers.weights) {
      let assignment = choice.assignment
      for (place, expert) in assignment.experts.enumerated() where weights[place / assignment.chosen] != 0 {
        counts[Int(expert)] += 1
      }
    }
    let factors = counts.map { Float(Double($0 * experts) / Double(max(layers.count, 1))) }
    return layers.sum(on: cpu) { logits, weights in
      cpu.expectedFactor(Tensor(factors, shape: [experts]), scores: logits, rowWeights: weights)
    }
  }
}
