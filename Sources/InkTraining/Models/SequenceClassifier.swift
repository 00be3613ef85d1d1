package import InkData
import InkModels
package import InkTensor

/// An encoder that learns to tell the classes of texts apart.
package struct SequenceClassifier: ClassLearner {
  package let body: EncoderBody
  package let parameters: [Parameter]
  package let labelSmoothing: Float

  /// - Parameters:
  ///   - body: an encoder with a head of classes.
  ///   - parameters: the weights that change.
  package init(body: EncoderBody, parameters: [Parameter], labelSmoothing: Float = 0) {
    self.body = body
    self.parameters = parameters
    self.labelSmoothing = labelSmoothing
  }

  package func operations(of batch: ClassificationBatch) -> Double {
    body.operations(of: batch.input, trained: parameters.elementCount)
  }

  package func embeddingShape(of batch: ClassificationBatch) -> Shape { body.embeddingShape(of: batch.input) }

  package func learned(
    _ batch: ClassificationBatch, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> (logits: Tensor, labels: [Int32]) {
    let states = try body.states(of: batch.input, moment: moment, perturbation: perturbation, on: cpu)
    return (try body.classLogits(states, on: cpu), batch.labels)
  }
}

extension [Parameter] {
  /// Elements of all of them.
  var elementCount: Int { reduce(0) { $0 + $1.value.elementCount } }
}
