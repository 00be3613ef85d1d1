/// Probabilities, their logarithms and the entropy (natural units) of the tokens that are left.
struct Distribution {
  let probabilities: [Float]
  let logProbabilities: [Float]
  let entropy: Float

  init(of candidates: [Candidate]) {
    let logits = candidates.map(\.logit)
    let maximum = candidates.max()?.logit ?? 0
    var weights: [Float] = []
    let total = SoftmaxWeights.write(logits.span, maximum: maximum, to: &weights).reduce(0, +)
    let logTotal = Float(naturalLogarithm(total))
    let logProbabilities = logits.map { $0 - maximum - logTotal }
    let probabilities = weights.map { Float(Double($0) / total) }
    var entropy = 0.0
    for index in probabilities.indices where probabilities[index] > 0 {
      entropy -= Double(probabilities[index]) * Double(logProbabilities[index])
    }
    self.probabilities = probabilities
    self.logProbabilities = logProbabilities
    self.entropy = Float(entropy)
  }
}
