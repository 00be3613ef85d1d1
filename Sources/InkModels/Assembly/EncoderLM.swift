package import InkNN
package import InkTensor

/// An encoder put together from a spec and its weights.
///
/// Sequences lie one behind the other in the rows of a step: none is padded, and none sees another, so each gives the
/// bits it gives alone.
public struct EncoderLM: Sendable {
  /// What the model was built from.
  public let spec: EncoderSpec
  let embedding: SequenceEmbedding
  var blocks: [EncoderBlock]
  let finalNorm: Norm?
  var heads: EncoderHeads
  let relativePositions: RelativePositions?
  /// How the keys and values of one layer lie in the pages that live as long as a step.
  let pageLayout: KeyValueLayout
  /// The weights that may be trained, when the model was loaded for that.
  package internal(set) var parameters: [Parameter] = []

  /// Observes the residual stream: called with 0 after the embedding and with `i` after block `i`; behind the last
  /// block the final norm has been applied, where there is one.
  package typealias Observer = (Int, Tensor) -> Void

  /// The residual stream after the last block, for every token of every sequence.
  ///
  /// - Parameters:
  ///   - inputs: sequences of at least one token; ids and kinds outside the spec or more tokens than positions are a
  ///     programmer's error, callers check them (``EncoderInput/check(for:)``).
  ///   - perturbation: added to the embeddings, [rows, width]: noise or an attack.
  ///   - noise: what drops parts of the inputs of adapters, while they are trained.
  ///   - dropout: what falls of embeddings and layers, in training.
  ///   - activations: what of the layers is kept for the way back, when gradients are recorded.
  package func states(
    of inputs: [EncoderInput], observer: Observer? = nil, perturbation: Tensor? = nil,
    noise: DropoutNoise? = nil, dropout: ResidualDropout? = nil, activations: ActivationMemory = .kept, on cpu: CPU
  ) -> EncoderStates {
    let segments = AttentionSegment.sequences(inputs.map(\.tokens.count), layout: pageLayout, on: cpu)
    var step = DecoderStep(
      segments: segments, rotaries: [], distances: relativePositions?.numbers(on: cpu), noise: noise, cpu: cpu)
    var x = embedding(
      inputs.flatMap(\.tokens), types: inputs.flatMap(\.allTypes), at: inputs.flatMap { 0..<$0.tokens.count },
      perturbation: perturbation, on: cpu)
    if let dropout { x = dropout.at("embedding")(x, on: cpu) }
    observer?(0, x)
    for (index, block) in blocks.enumerated() {
      step.dropout = dropout?.at("layers.\(index)")
      switch activations {
      case .kept: x = block(x, step: step)
      case .recomputed: x = step.recomputing([x]) { step, inputs in block(inputs[0], step: step) }
      }
      if index + 1 < blocks.count { observer?(index + 1, x) }
    }
    if let finalNorm { x = finalNorm(x, on: cpu) }
    observer?(blocks.count, x)
    return EncoderStates(rows: x, ranges: segments.map(\.rows))
  }
}

/// The residual stream of some sequences behind an encoder's last layer.
package struct EncoderStates: Sendable {
  /// All tokens, sequence after sequence: [rows, width].
  package let rows: Tensor
  /// The rows of each sequence.
  package let ranges: [Range<Int>]

  /// The tokens of one sequence, [tokens, width], as constants: gradients end here.
  package subscript(index: Int) -> Tensor { rows.slice(ranges[index]) }

  /// The first token of each sequence, [sequences, width].
  package func firstTokens(on cpu: CPU) -> Tensor { cpu.pickRows(ranges.map(\.lowerBound), of: rows) }

  /// The last token of each sequence, [sequences, width].
  package func lastTokens(on cpu: CPU) -> Tensor { cpu.pickRows(ranges.map { $0.upperBound - 1 }, of: rows) }
}
