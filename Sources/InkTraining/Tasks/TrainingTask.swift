package import InkTensor

/// What is trained and what for: a model with a loss.
///
/// The trainer knows nothing else of a model, so decoders, encoders and models with adapters are trained by one loop.
package protocol TrainingTask: Sendable {
  /// What one forward pass reads.
  associatedtype Batch: Sendable

  /// The weights that change.
  var parameters: [Parameter] { get }

  /// The weight of all terms of the loss of a batch, by which a sum becomes a mean.
  func weight(of batch: Batch) -> Double

  /// Tokens that a forward pass reads.
  func tokenCount(of batch: Batch) -> Int

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

  /// The shape of the embeddings of a batch, [rows, width].
  func embeddingShape(of batch: Batch) -> Shape
}

/// Where in a run a pass is: what its random numbers are named by.
package struct TrainingMoment: Sendable, Hashable {
  /// The run's seed.
  package let seed: UInt64
  /// The step, from 0.
  package let step: Int
  /// The batch among those that are accumulated in the step.
  package let part: Int

  package init(seed: UInt64, step: Int, part: Int) {
    self.seed = seed
    self.step = step
    self.part = part
  }

  /// The random numbers of a purpose.
  package func stream(_ purpose: String) -> RandomStream {
    RandomStream(seed: seed, name: "\(purpose) \(part)", step: UInt64(step))
  }
}
