package import InkData
package import InkTensor

/// What is trained and what for: a model with a loss.
///
/// The trainer knows nothing else of a model, so decoders, encoders and models with adapters are trained by one loop.
package protocol TrainedModel: Sendable {
  /// What one forward pass reads.
  associatedtype Batch: TrainingBatch

  /// The weights that change.
  var parameters: [Parameter] { get }

  /// The modules whose ranks are given out while they are trained; by default there are none.
  var ranks: RankSchedule? { get }

  /// Floating-point operations of a training step on a batch, for the utilization that is reported.
  func operations(of batch: Batch) -> Double

  /// The loss: its terms, each times its own weight and `share`, added.
  ///
  /// - Parameters:
  ///   - share: one over the weight of all batches of the step, so that batches that are accumulated give the gradient of
  ///     a large one.
  ///   - moment: names the random numbers of this pass.
  ///   - perturbation: added to the embeddings, [rows, width].
  /// - Returns: one element.
  func loss(
    of batch: Batch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor

  /// What the model gives for each term of its loss, for attacks that compare outputs; by default there are none.
  ///
  /// - Parameter share: as for the loss, a factor of the weights.
  /// - Throws: `unsupported` where outputs are no distributions.
  func predictions(
    of batch: Batch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Predictions

  /// The shape of the embeddings of a batch, [rows, width].
  func embeddingShape(of batch: Batch) -> Shape

  /// How the model does on batches that are not trained on. Nothing is dropped.
  ///
  /// - Parameters:
  ///   - batches: each is asked for when the one before was computed.
  ///   - seed: names the random numbers, if any are drawn.
  func evaluation(
    of batches: some Sequence<BatchStep<Batch>>, seed: UInt64, on cpu: CPU
  ) throws(TrainingError) -> Evaluation
}

extension TrainedModel {
  package var ranks: RankSchedule? { nil }

  /// The mean loss alone.
  package func evaluation(
    of batches: some Sequence<BatchStep<Batch>>, seed: UInt64, on cpu: CPU
  ) throws(TrainingError) -> Evaluation {
    var mean = WeightedMean()
    for batch in batches {
      for (index, part) in batch.parts.enumerated() {
        let moment = TrainingMoment(evaluating: seed, part: index)
        let value = try loss(of: part, share: 1, moment: moment, perturbation: nil, on: cpu)
        mean.add(sum: Double(value.toArray()[0]), weight: part.lossWeight)
      }
    }
    return Evaluation(loss: mean.value)
  }
}

/// A mean that is added up part by part.
struct WeightedMean {
  private var sum = 0.0
  private var weight = 0.0

  /// Adds terms that were multiplied with their weights already.
  mutating func add(sum: Double, weight: Double) {
    self.sum += sum
    self.weight += weight
  }

  /// Not a number without terms.
  var value: Double { weight > 0 ? sum / weight : .nan }
}
