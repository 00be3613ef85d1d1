package import InkData
import InkModels
package import InkTensor

/// An encoder that learns to give texts numbers: the squared difference is what it loses.
package struct SequenceRegressor: TrainedModel {
  package let body: EncoderBody
  package let parameters: [Parameter]

  /// - Parameters:
  ///   - body: an encoder with a head of one class, whose logit is the number.
  ///   - parameters: the weights that change.
  package init(body: EncoderBody, parameters: [Parameter]) {
    self.body = body
    self.parameters = parameters
  }

  package func operations(of batch: RegressionBatch) -> Double {
    body.operations(of: batch.input, trained: parameters.elementCount)
  }

  package func embeddingShape(of batch: RegressionBatch) -> Shape { body.embeddingShape(of: batch.input) }

  package func loss(
    of batch: RegressionBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let states = try body.states(of: batch.input, moment: moment, perturbation: perturbation, on: cpu)
    return cpu.squaredError(
      try body.classLogits(states, on: cpu), targets: batch.scores, weights: batch.scores.map { _ in Float(share) })
  }

  package func evaluation(
    of batches: [BatchStep<RegressionBatch>], seed: UInt64, on cpu: CPU
  ) throws(TrainingError) -> Evaluation {
    var mean = WeightedMean()
    var (found, expected) = ([Double](), [Double]())
    for batch in batches.flatMap(\.parts) {
      let moment = TrainingMoment(evaluating: seed, part: 0)
      let states = try body.states(of: batch.input, moment: moment, perturbation: nil, on: cpu)
      let scores = try body.classLogits(states, on: cpu)
      let loss = cpu.squaredError(scores, targets: batch.scores, weights: batch.scores.map { _ in 1 })
      mean.add(sum: Double(loss.toArray()[0]), weight: batch.lossWeight)
      found += scores.toArray().map(Double.init)
      expected += batch.scores.map(Double.init)
    }
    return Evaluation(loss: mean.value, measures: Correlation.measures(found, expected))
  }
}
