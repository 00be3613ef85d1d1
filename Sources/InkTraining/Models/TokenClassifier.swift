package import InkData
import InkModels
package import InkTensor

/// An encoder that learns to tell the classes of tokens apart.
package struct TokenClassifier: ClassLearner {
  package let body: EncoderBody
  package let parameters: [Parameter]
  package let labelSmoothing: Float

  /// - Parameters:
  ///   - body: an encoder with a head of classes for every token.
  ///   - parameters: the weights that change.
  package init(body: EncoderBody, parameters: [Parameter], labelSmoothing: Float = 0) {
    self.body = body
    self.parameters = parameters
    self.labelSmoothing = labelSmoothing
  }

  package func operations(of batch: TokenClassificationBatch) -> Double {
    body.operations(of: batch.input, trained: parameters.elementCount)
  }

  package func embeddingShape(of batch: TokenClassificationBatch) -> Shape { body.embeddingShape(of: batch.input) }

  package func learned(
    _ batch: TokenClassificationBatch, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> (logits: Tensor, labels: [Int32]) {
    let states = try body.states(of: batch.input, moment: moment, perturbation: perturbation, on: cpu)
    let rows = batch.labels.indices.filter { batch.labels[$0] >= 0 }
    let logits = try body.classLogits(states, on: cpu)
    return (cpu.pickRows(rows, of: logits), rows.map { batch.labels[$0] })
  }
}
