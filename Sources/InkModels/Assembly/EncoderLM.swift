import InkNN
package import InkTensor

/// An encoder put together from a spec and its weights.
///
/// Sequences lie one behind the other in the rows of a step: none is padded, and none sees another, so each gives the
/// bits it gives alone.
public struct EncoderLM: Sendable {
  /// What the model was built from.
  public let spec: EncoderSpec
  let embedding: SequenceEmbedding
  let blocks: [EncoderBlock]
  let finalNorm: Norm?
  let heads: EncoderHeads
  /// How the keys and values of one layer lie in the pages that live as long as a step.
  let pageLayout: KeyValueLayout
  /// The weights that may be trained, when the model was loaded for that.
  package internal(set) var parameters: [Parameter] = []

  /// Observes the residual stream: called with 0 after the embedding and with `i` after block `i`; behind the last
  /// block the final norm has been applied, where there is one.
  package typealias Observer = (Int, Tensor) -> Void

  /// The residual stream after the last block, for every token of every sequence.
  ///
  /// - Parameter inputs: sequences of at least one token; ids and kinds outside the spec or more tokens than positions
  ///   are a programmer's error, callers check them (``EncoderInput/check(for:)``).
  package func states(of inputs: [EncoderInput], observer: Observer? = nil, on cpu: CPU) -> EncoderStates {
    var segments: [AttentionSegment] = []
    var row = 0
    for input in inputs {
      let pageCount = (input.tokens.count + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
      // The same pages serve all layers: a layer's keys are not needed behind it.
      let pages = (0..<pageCount).map { _ in KeyValuePage(layout: pageLayout) }
      segments.append(
        AttentionSegment(rows: row..<row + input.tokens.count, firstPosition: 0, pages: pages))
      row += input.tokens.count
    }
    let step = DecoderStep(segments: segments, rotaries: [], cpu: cpu)
    var x = embedding(
      inputs.flatMap(\.tokens), types: inputs.flatMap(\.allTypes), at: inputs.flatMap { 0..<$0.tokens.count }, on: cpu)
    observer?(0, x)
    for (index, block) in blocks.enumerated() {
      x = block(x, step: step)
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

  /// The tokens of one sequence, [tokens, width].
  package subscript(index: Int) -> Tensor { rows.slice(ranges[index]) }

  /// The first token of each sequence, [sequences, width].
  package var firstTokens: Tensor {
    let elements = ranges.flatMap { rows[$0.lowerBound].toArray() }
    return Tensor(elements, shape: [ranges.count, rows.shape[1]])
  }
}
