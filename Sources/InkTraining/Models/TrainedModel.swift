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
}
