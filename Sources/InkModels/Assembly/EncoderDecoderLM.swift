package import InkNN
package import InkTensor

/// A model that reads a source and writes a target, put together from a spec and its weights.
///
/// A source is encoded once; its keys and values stay with it for every layer. The target grows like a decoder's
/// sequence, with a cache of its own.
public struct EncoderDecoderLM: Sendable {
  /// What the model was built from.
  public let spec: EncoderDecoderSpec
  /// What reads the source.
  public internal(set) var encoder: EncoderLM
  /// How the pages of a target's cache are laid out.
  package let cacheLayout: KeyValueLayout
  /// How the pages of an encoded source are laid out.
  let sourceLayout: KeyValueLayout
  let embedding: SequenceEmbedding
  var blocks: [CrossDecoderBlock]
  let finalNorm: Norm?
  var head: Linear
  let headScale: Float
  let relativePositions: RelativePositions?
  /// The weights that may be trained, when the model was loaded for that.
  package let parameters: [Parameter]

  /// Reads sources, as one step.
  ///
  /// - Parameter inputs: as for ``EncoderLM/states(of:observer:on:)``.
  /// - Returns: one for each input, in order.
  package func encode(
    _ inputs: [EncoderInput], observer: EncoderLM.Observer? = nil, on cpu: CPU
  ) -> [EncodedSource] {
    // A source is kept in pages, which no tape sees through.
    let cpu = cpu.withoutTape
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
    let looking = zip(segments, sources).map { segment, source in
      AttentionSegment(rows: segment.rows, over: source.pages, keyCount: source.tokenCount)
    }
    return hiddenStates(
      tokens: tokens, segments: segments, sources: .pages(looking), options: Options(observer: observer), on: cpu)
  }

  /// The same for whole targets, and for sources that no pages keep: what training computes.
  ///
  /// - Parameters:
  ///   - tokens: one id a row.
  ///   - segments: whole targets without pages.
  ///   - states: what the encoder made of the sources, one for each target.
  ///   - noise: what drops parts of the inputs of adapters, while they are trained.
  ///   - dropout: what falls of embeddings and layers.
  ///   - activations: what of the layers is kept for the way back.
  package func hiddenStates(
    tokens: [Int32], segments: [AttentionSegment], states: EncoderStates, noise: DropoutNoise? = nil,
    dropout: ResidualDropout? = nil, activations: ActivationMemory = .kept, on cpu: CPU
  ) -> Tensor {
    if segments.count != states.ranges.count {
      trap("EncoderDecoderLM", "\(segments.count) targets, \(states.ranges.count) sources")
    }
    return hiddenStates(
      tokens: tokens, segments: segments,
      sources: .states(states.rows, states.ranges.map { AttentionSegment(wholeSequence: $0) }),
      options: Options(noise: noise, dropout: dropout, activations: activations), on: cpu)
  }

  private struct Options {
    var observer: DecoderLM.Observer?
    var noise: DropoutNoise?
    var dropout: ResidualDropout?
    var activations = ActivationMemory.kept
  }

  private func hiddenStates(
    tokens: [Int32], segments: [AttentionSegment], sources: CrossDecoderBlock.Sources, options: Options, on cpu: CPU
  ) -> Tensor {
    var step = DecoderStep(
      segments: segments, rotaries: [], distances: relativePositions?.numbers(on: cpu), noise: options.noise,
      cpu: cpu)
    let places = segments.flatMap { $0.firstPosition..<$0.firstPosition + $0.rows.count }
    let dropout = options.dropout?.at("decoder")
    var x = embedding(tokens, at: places, on: cpu)
    if let dropout { x = dropout.at("embedding")(x, on: cpu) }
    options.observer?(0, x)
    for (index, block) in blocks.enumerated() {
      step.dropout = dropout?.at("layers.\(index)")
      switch (options.activations, sources) {
      case (.kept, _), (.recomputed, .pages): x = block(x, step: step, sources: sources)
      case (.recomputed, .states(let states, let rows)):
        x = step.recomputing([x, states]) { step, inputs in
          block(inputs[0], step: step, sources: .states(inputs[1], rows))
        }
      }
      if index + 1 < blocks.count { options.observer?(index + 1, x) }
    }
    if let finalNorm { x = finalNorm(x, on: cpu) }
    options.observer?(blocks.count, x)
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
