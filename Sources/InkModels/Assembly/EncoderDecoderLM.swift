import InkNN
package import InkTensor

/// A model that reads a source and writes a target, put together from a spec and its weights.
///
/// A source is encoded once; its keys and values stay with it for every layer. The target grows like a decoder's
/// sequence, with a cache of its own.
public struct EncoderDecoderLM: Sendable {
  /// What the model was built from.
  public let spec: EncoderDecoderSpec
  /// What reads the source.
  public let encoder: EncoderLM
  /// How the pages of a target's cache are laid out.
  package let cacheLayout: KeyValueLayout
  /// How the pages of an encoded source are laid out.
  let sourceLayout: KeyValueLayout
  let embedding: SequenceEmbedding
  let blocks: [CrossDecoderBlock]
  let finalNorm: Norm?
  let head: Linear
  let headScale: Float

  /// Reads sources, as one step.
  ///
  /// - Parameter inputs: as for ``EncoderLM/states(of:observer:on:)``.
  /// - Returns: one for each input, in order.
  package func encode(
    _ inputs: [EncoderInput], observer: EncoderLM.Observer? = nil, on cpu: CPU
  ) -> [EncodedSource] {
    let states = encoder.states(of: inputs, observer: observer, on: cpu)
    let segments = states.ranges.map { rows in
      let pageCount = (rows.count + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
      return AttentionSegment(
        rows: rows, firstPosition: 0, pages: (0..<pageCount).map { _ in KeyValuePage(layout: sourceLayout) })
    }
    for block in blocks { block.crossAttention.remember(states.rows, in: segments, on: cpu) }
    return segments.map { EncodedSource(states: states.rows.slice($0.rows), pages: $0.pages) }
  }

  /// The residual stream after the decoder's last block for every row, [rows, width], normalized.
  ///
  /// - Parameters:
  ///   - tokens: one id a row; ids outside the vocabulary are a programmer's error.
  ///   - segments: the targets that the rows belong to; their caches gain these rows.
  ///   - sources: what each of them looks at, one a segment.
  ///   - observer: called as that of ``DecoderLM``.
  package func hiddenStates(
    tokens: [Int32], segments: [AttentionSegment], sources: [EncodedSource], observer: DecoderLM.Observer? = nil,
    on cpu: CPU
  ) -> Tensor {
    if segments.count != sources.count {
      trap("EncoderDecoderLM", "\(segments.count) targets, \(sources.count) sources")
    }
    let step = DecoderStep(segments: segments, rotaries: [], cpu: cpu)
    let looking = zip(segments, sources).map { segment, source in
      AttentionSegment(rows: segment.rows, over: source.pages, keyCount: source.tokenCount)
    }
    let places = segments.flatMap { $0.firstPosition..<$0.firstPosition + $0.rows.count }
    var x = embedding(tokens, at: places, on: cpu)
    observer?(0, x)
    for (index, block) in blocks.enumerated() {
      x = block(x, step: step, sources: looking)
      if index + 1 < blocks.count { observer?(index + 1, x) }
    }
    if let finalNorm { x = finalNorm(x, on: cpu) }
    observer?(blocks.count, x)
    return x
  }

  /// The logits of rows of hidden states, [rows, vocabulary].
  package func logits(of hidden: Tensor, on cpu: CPU) -> Tensor {
    let logits = head(hidden, on: cpu)
    return headScale == 1 ? logits : cpu.scale(logits, by: headScale)
  }
}

/// A source that was read: its states, and the keys and values that every decoder layer looks at.
package struct EncodedSource: Sendable {
  /// The encoder's last states, [tokens, width].
  package let states: Tensor
  let pages: [KeyValuePage]

  /// Tokens of the source.
  package var tokenCount: Int { states.shape[0] }
}
