package import InkTensor

/// What a model gives for each term of its loss.
package struct Predictions: Sendable {
  /// The logits of the classes or tokens of each term, [terms, entries].
  package let logits: Tensor
  /// What each term counts.
  package let weights: [Float]

  package init(logits: Tensor, weights: [Float]) {
    self.logits = logits
    self.weights = weights
  }
}

extension TrainedModel {
  /// A model whose outputs are no distributions.
  package func predictions(
    of batch: Batch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Predictions {
    throw TrainingError(
      .unsupported, context: "adversarial: smart", expected: "a model that predicts tokens or classes",
      hint: "Its divergence is defined between distributions; choose fgm, pgd, freelb or freeat.")
  }
}
