package import InkData
package import InkModels
import InkNN
package import InkTensor

/// An encoder with a decoder that learns to write what belongs to what it reads: the spans that were taken out of a
/// text (Raffel et al., 2020), or a completion.
package struct SequenceTransducer: TrainedModel {
  package let model: EncoderDecoderLM
  package let parameters: [Parameter]
  /// The share of the loss that is the mean over the vocabulary.
  package let labelSmoothing: Float
  /// The share of embeddings, and of what layers add, that falls in training.
  package let dropout: Float
  package let activations: ActivationMemory
  package let ranks: RankSchedule?

  /// - Parameters:
  ///   - parameters: the weights that change.
  ///   - ranks: the modules of an adapter whose ranks are given out.
  package init(
    model: EncoderDecoderLM, parameters: [Parameter], labelSmoothing: Float = 0, dropout: Float = 0,
    activations: ActivationMemory = .kept, ranks: RankSchedule? = nil
  ) {
    self.ranks = ranks
    self.model = model
    self.parameters = parameters
    self.labelSmoothing = labelSmoothing
    self.dropout = dropout
    self.activations = activations
  }

  /// Half of the weights see the source and half the target, about; pairs are those of both sides and across.
  package func operations(of batch: SequencePairBatch) -> Double {
    let trained = Double(parameters.elementCount)
    let tokens = Double(batch.tokenCount) / 2
    let pairs = zip(batch.source.lengths, batch.decoderLengths).reduce(0.0) { sum, lengths in
      let (source, target) = (Double(lengths.0), Double(lengths.1))
      return sum + source * source + target * target / 2 + source * target
    }
    return 6 * trained * tokens + 12 * Double(model.spec.decoder.layers.count) * Double(model.spec.width) * pairs
  }

  /// The embeddings of the source.
  package func embeddingShape(of batch: SequencePairBatch) -> Shape { [batch.source.tokens.count, model.spec.width] }

  package func loss(
    of batch: SequencePairBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let dropout = moment.dropout(dropout)
    let states = model.encoder.states(
      of: try batch.source.sequences(for: model.spec.encoder), perturbation: perturbation, noise: moment.noise,
      dropout: dropout, activations: activations, on: cpu)
    var segments: [AttentionSegment] = []
    for length in batch.decoderLengths {
      let start = segments.last?.rows.upperBound ?? 0
      segments.append(AttentionSegment(wholeSequence: start..<start + length))
    }
    let hidden = model.hiddenStates(
      tokens: batch.decoderTokens, segments: segments, states: states, noise: moment.noise, dropout: dropout,
      activations: activations, on: cpu)
    return model.loss(
      of: hidden, targets: batch.targets, weights: batch.targets.map { _ in Float(share) },
      labelSmoothing: labelSmoothing, on: cpu
    ).loss
  }
}
