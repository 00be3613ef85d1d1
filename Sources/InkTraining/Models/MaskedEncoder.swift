package import InkData
import InkModels
package import InkTensor

/// An encoder that learns which tokens were masked (Devlin et al., 2018).
package struct MaskedEncoder: TrainedModel {
  package let body: EncoderBody
  package let parameters: [Parameter]
  /// The share of the loss that is the mean over the vocabulary.
  package let labelSmoothing: Float

  /// - Parameters:
  ///   - body: an encoder with a head of masked language modelling.
  ///   - parameters: the weights that change.
  package init(body: EncoderBody, parameters: [Parameter], labelSmoothing: Float = 0) {
    self.body = body
    self.parameters = parameters
    self.labelSmoothing = labelSmoothing
  }

  package var ranks: RankSchedule? { body.ranks }

  package func operations(of batch: MaskedBatch) -> Double {
    let spec = body.model.spec
    let head = 6 * batch.lossWeight * Double(spec.vocabulary) * Double(spec.width)
    return body.operations(of: batch.input, trained: parameters.elementCount) + head
  }

  package func embeddingShape(of batch: MaskedBatch) -> Shape { body.embeddingShape(of: batch.input) }

  package func loss(
    of batch: MaskedBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let states = try body.states(of: batch.input, moment: moment, perturbation: perturbation, on: cpu)
    let weights = batch.targets.map { $0 == CausalBatch.noTarget ? 0 : Float(share) }
    let loss = body.model.maskedLoss(
      of: states.tokens(on: cpu), targets: batch.targets, weights: weights, labelSmoothing: labelSmoothing, on: cpu)
    if let loss { return loss.loss }
    throw TrainingError(
      .mismatch, context: "model", expected: "a head of masked language modelling", found: "none")
  }
}
