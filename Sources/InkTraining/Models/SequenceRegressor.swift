import Foundation
package import InkData
import InkModels
package import InkTensor

/// An encoder that learns to give texts numbers.
package struct SequenceRegressor: TrainedModel {
  package let body: EncoderBody
  package let parameters: [Parameter]
  /// What is lost where a number is another than it should be.
  package let loss: ScoreLoss

  /// - Parameters:
  ///   - body: an encoder with a head of one class, whose logit is the number or what a sigmoid makes one.
  ///   - parameters: the weights that change.
  package init(body: EncoderBody, parameters: [Parameter], loss: ScoreLoss = .squared) {
    self.body = body
    self.parameters = parameters
    self.loss = loss
  }

  package var ranks: RankSchedule? { body.ranks }

  package func operations(of batch: RegressionBatch) -> Double {
    body.operations(of: batch.input, trained: parameters.elementCount)
  }

  package func embeddingShape(of batch: RegressionBatch) -> Shape { body.embeddingShape(of: batch.input) }

  package func loss(
    of batch: RegressionBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let states = try body.states(of: batch.input, moment: moment, perturbation: perturbation, on: cpu)
    return sum(of: try body.classLogits(states, on: cpu), batch, weight: Float(share), on: cpu)
  }

  package func evaluation(
    of batches: some Sequence<BatchStep<RegressionBatch>>, seed: UInt64, on cpu: CPU
  ) throws(TrainingError) -> Evaluation {
    var mean = WeightedMean()
    var (found, expected) = ([Double](), [Double]())
    for batch in batches.lazy.flatMap(\.parts) {
      let moment = TrainingMoment(evaluating: seed, part: 0)
      let states = try body.states(of: batch.input, moment: moment, perturbation: nil, on: cpu)
      let logits = try body.classLogits(states, on: cpu)
      mean.add(sum: Double(sum(of: logits, batch, weight: 1, on: cpu).toArray()[0]), weight: batch.lossWeight)
      found += logits.toArray().map(score)
      expected += batch.scores.map(Double.init)
    }
    return Evaluation(loss: mean.value, measures: measures(found, expected))
  }

  private func sum(of logits: Tensor, _ batch: RegressionBatch, weight: Float, on cpu: CPU) -> Tensor {
    let weights = batch.scores.map { _ in weight }
    return switch loss {
    case .squared: cpu.squaredError(logits, targets: batch.scores, weights: weights)
    case .binary: cpu.binaryCrossEntropy(logits, targets: batch.scores, weights: weights)
    }
  }

  /// The number that a logit stands for.
  private func score(_ logit: Float) -> Double {
    switch loss {
    case .squared: Double(logit)
    case .binary: 1 / (1 + exp(-Double(logit)))
    }
  }

  private func measures(_ found: [Double], _ expected: [Double]) -> [Measure] {
    let correlations = Correlation.measures(found, expected)
    switch loss {
    case .squared: return correlations
    case .binary:
      let sides = (found.map { $0 > 0.5 }, expected.map { $0 > 0.5 })
      var counts = ClassCounts(classes: 2)
      for (guess, side) in zip(sides.0, sides.1) { counts.add(predicted: guess ? 1 : 0, actual: side ? 1 : 0) }
      return counts.measures + correlations
    }
  }
}
