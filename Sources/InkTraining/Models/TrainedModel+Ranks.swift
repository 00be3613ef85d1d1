import InkData
import InkNN
import InkTensor

extension TrainedModel {
  /// The loss of a pass whose gradient is taken: that of the model, and what keeps the outer matrices near orthonormal ones
  /// where ranks are given out (Zhang et al., 2023, "AdaLoRA", equation 4).
  ///
  /// - Returns: one element.
  func guidedLoss(
    of batch: Batch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let loss = try loss(of: batch, share: share, moment: moment, perturbation: perturbation, on: cpu)
    guard let ranks, ranks.orthogonality > 0, let gap = ranks.parts.orthogonality(on: cpu) else { return loss }
    // Each batch of a step has its share of the term, which is one of the step.
    return cpu.add(loss, cpu.scale(gap, by: Float(Double(ranks.orthogonality) * batch.lossWeight * share)))
  }
}
