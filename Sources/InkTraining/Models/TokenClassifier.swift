package import InkData
import InkModels
package import InkTensor

/// An encoder that learns to tell the classes of tokens apart.
package struct TokenClassifier: TrainedModel {
  package let body: EncoderBody
  package let parameters: [Parameter]
  /// The share of the loss that is the mean over the classes.
  package let labelSmoothing: Float

  /// - Parameters:
  ///   - body: an encoder with a head of classes for every token.
  ///   - parameters: the weights that change.
  package init(body: EncoderBody, parameters: [Parameter], labelSmoothing: Float = 0) {
    self.body = body
    self.parameters = parameters
    self.labelSmoothing = labelSmoothing
  }

  package var ranks: RankSchedule? { body.ranks }

  package func operations(of batch: TokenClassificationBatch) -> Double {
    body.operations(of: batch.input, trained: parameters.elementCount)
  }

  package func embeddingShape(of batch: TokenClassificationBatch) -> Shape { body.embeddingShape(of: batch.input) }

  package func loss(
    of batch: TokenClassificationBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let (logits, labels) = try learned(batch, moment: moment, perturbation: perturbation, on: cpu)
    return loss(logits, labels, share: share, on: cpu)
  }

  package func predictions(
    of batch: TokenClassificationBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Predictions {
    let (logits, labels) = try learned(batch, moment: moment, perturbation: perturbation, on: cpu)
    return Predictions(logits: logits, weights: labels.map { _ in Float(share) })
  }

  package func evaluation(
    of batches: some Sequence<BatchStep<TokenClassificationBatch>>, seed: UInt64, on cpu: CPU
  ) throws(TrainingError) -> Evaluation {
    var mean = WeightedMean()
    var counts = ClassCounts(classes: body.model.spec.outputs.classifier?.labels.count ?? 0)
    for batch in batches.lazy.flatMap(\.parts) {
      let (logits, labels) = try learned(
        batch, moment: TrainingMoment(evaluating: seed, part: 0), perturbation: nil, on: cpu)
      mean.add(sum: Double(loss(logits, labels, share: 1, on: cpu).toArray()[0]), weight: batch.lossWeight)
      for (guess, label) in zip(logits.largestColumns, labels) { counts.add(predicted: guess, actual: Int(label)) }
    }
    return Evaluation(loss: mean.value, measures: counts.measures)
  }

  private func loss(_ logits: Tensor, _ labels: [Int32], share: Double, on cpu: CPU) -> Tensor {
    cpu.crossEntropy(
      ofLogits: logits, targets: labels, rowWeights: labels.map { _ in Float(share) }, labelSmoothing: labelSmoothing)
  }

  /// The logits and the classes of the tokens that have one.
  private func learned(
    _ batch: TokenClassificationBatch, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> (logits: Tensor, labels: [Int32]) {
    let states = try body.states(of: batch.input, moment: moment, perturbation: perturbation, on: cpu)
    let rows = batch.labels.indices.filter { batch.labels[$0] >= 0 }
    let logits = try body.classLogits(states, on: cpu)
    return (cpu.pickRows(rows, of: logits), rows.map { batch.labels[$0] })
  }
}
