package import InkData
import InkModels
package import InkTensor

/// An encoder that learns to tell the classes of texts apart.
package struct SequenceClassifier: TrainedModel {
  package let body: EncoderBody
  package let parameters: [Parameter]
  /// The share of the loss that is the mean over the classes.
  package let labelSmoothing: Float

  /// - Parameters:
  ///   - body: an encoder with a head of classes.
  ///   - parameters: the weights that change.
  package init(body: EncoderBody, parameters: [Parameter], labelSmoothing: Float = 0) {
    self.body = body
    self.parameters = parameters
    self.labelSmoothing = labelSmoothing
  }

  package var ranks: RankSchedule? { body.ranks }

  package func operations(of batch: ClassificationBatch) -> Double {
    body.operations(of: batch.input, trained: parameters.elementCount)
  }

  package func embeddingShape(of batch: ClassificationBatch) -> Shape { body.embeddingShape(of: batch.input) }

  package func loss(
    of batch: ClassificationBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let logits = try logits(of: batch, moment: moment, perturbation: perturbation, on: cpu)
    return cpu.crossEntropy(
      ofLogits: logits, targets: batch.labels, rowWeights: batch.labels.map { _ in Float(share) },
      labelSmoothing: labelSmoothing)
  }

  package func predictions(
    of batch: ClassificationBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Predictions {
    Predictions(
      logits: try logits(of: batch, moment: moment, perturbation: perturbation, on: cpu),
      weights: batch.labels.map { _ in Float(share) })
  }

  package func evaluation(
    of batches: some Sequence<BatchStep<ClassificationBatch>>, seed: UInt64, on cpu: CPU
  ) throws(TrainingError) -> Evaluation {
    var mean = WeightedMean()
    var counts = ClassCounts(classes: body.model.spec.outputs.classifier?.labels.count ?? 0)
    for batch in batches.lazy.flatMap(\.parts) {
      let logits = try logits(
        of: batch, moment: TrainingMoment(evaluating: seed, part: 0), perturbation: nil, on: cpu)
      let loss = cpu.crossEntropy(
        ofLogits: logits, targets: batch.labels, rowWeights: batch.labels.map { _ in 1 },
        labelSmoothing: labelSmoothing)
      mean.add(sum: Double(loss.toArray()[0]), weight: batch.lossWeight)
      for (guess, label) in zip(logits.largestColumns, batch.labels) {
        counts.add(predicted: guess, actual: Int(label))
      }
    }
    return Evaluation(loss: mean.value, measures: counts.measures)
  }

  private func logits(
    of batch: ClassificationBatch, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let states = try body.states(of: batch.input, moment: moment, perturbation: perturbation, on: cpu)
    return try body.classLogits(states, on: cpu)
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

extension [Parameter] {
  /// Elements of all of them.
  var elementCount: Int { reduce(0) { $0 + $1.value.elementCount } }
}
