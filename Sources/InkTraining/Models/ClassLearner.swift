package import InkData
import InkModels
package import InkTensor

/// An encoder that learns to tell classes apart: of texts, of tokens.
package protocol ClassLearner: TrainedModel {
  var body: EncoderBody { get }

  /// The share of the loss that is the mean over the classes.
  var labelSmoothing: Float { get }

  /// The logits of what has a class, a row each, and the classes.
  func learned(
    _ batch: Batch, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> (logits: Tensor, labels: [Int32])
}

extension ClassLearner {
  package var ranks: RankSchedule? { body.ranks }

  package func loss(
    of batch: Batch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let (logits, labels) = try learned(batch, moment: moment, perturbation: perturbation, on: cpu)
    return loss(logits, labels, share: share, on: cpu)
  }

  package func predictions(
    of batch: Batch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Predictions {
    let (logits, labels) = try learned(batch, moment: moment, perturbation: perturbation, on: cpu)
    return Predictions(logits: logits, weights: labels.map { _ in Float(share) })
  }

  package func evaluation(
    of batches: some Sequence<BatchStep<Batch>>, seed: UInt64, on cpu: CPU
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
}

extension EncoderBody {
  /// The logits of the head of classes, which must be there.
  func classLogits(_ states: EncoderStates, on cpu: CPU) throws(TrainingError) -> Tensor {
    if let logits = model.classLogits(states, on: cpu) { return logits }
    throw TrainingError(.mismatch, context: "model", expected: "a head of classes", found: "none")
  }
}

extension Tensor {
  /// The column of the largest element of each row of a matrix; of equal ones the first.
  var largestColumns: [Int] {
    let (columns, elements) = (shape[1], toArray())
    return (0..<shape[0]).map { row in
      (0..<columns).reduce(0) { elements[row * columns + $1] > elements[row * columns + $0] ? $1 : $0 }
    }
  }
}
