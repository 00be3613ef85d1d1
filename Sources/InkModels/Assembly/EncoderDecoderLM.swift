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
  var embedding: SequenceEmbedding
  var blocks: [CrossDecoderBlock]
  var finalNorm: Norm?
  var head: Linear
  let headScale: Float
  let relativePositions: RelativePositions?
  /// The weights that may be trained, when the model was loaded for that.
  package let parameters: [Parameter]
  /// The keys and values that an adapter puts before every target.
  var targetPrefix: PromptSource?

  /// How many positions at the beginning of every target are virtual tokens of an adapter.
  package var targetPrefixCount: Int { targetPrefix?.count ?? 0 }

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

  /// Lets the caches of targets begin with the keys and values of an adapter's prefix.
  ///
  /// - Parameters:
  ///   - segments: the beginnings of targets, each of ``targetPrefixCount`` rows.
  ///   - sources: what each of them looks at, one a segment.
  package func beginTargets(_ segments: [AttentionSegment], sources: [EncodedSource], on cpu: CPU) {
    let count = segments.reduce(0) { $0 + $1.rows.count }
    guard count > 0 else { return }
    _ = hiddenStates(
      tokens: [Int32](repeating: 0, count: count), segments: segments, sources: looking(segments, sources),
      options: Options(virtual: segments.map(\.rows.lowerBound)), on: cpu)
  }

  /// The residual stream after the decoder's last block for every row, [rows, width], normalized.
  ///
  /// - Parameters:
  ///   - tokens: one id a row; ids outside the vocabulary are a programmer's error.
  ///   - segments: the targets that the rows belong to; their caches gain these rows. Where there is a prefix, they begin
  ///     behind ``beginTargets(_:sources:on:)``.
  ///   - sources: what each of them looks at, one a segment.
  ///   - observer: called as that of ``DecoderLM``.
  package func hiddenStates(
    tokens: [Int32], segments: [AttentionSegment], sources: [EncodedSource], observer: DecoderLM.Observer? = nil,
    on cpu: CPU
  ) -> Tensor {
    hiddenStates(
      tokens: tokens, segments: segments, sources: looking(segments, sources), options: Options(observer: observer),
      on: cpu)
  }

  private func looking(_ segments: [AttentionSegment], _ sources: [EncodedSource]) -> CrossDecoderBlock.Sources {
    if segments.count != sources.count {
      trap("EncoderDecoderLM", "\(segments.count) targets, \(sources.count) sources")
    }
    return .pages(
      zip(segments, sources).map { segment, source in
        AttentionSegment(rows: segment.rows, over: source.pages, keyCount: source.tokenCount)
      })
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
    let layout = VirtualLayout(lengths: segments.map(\.rows.count), virtualTokens: targetPrefixCount)
    let hidden = hiddenStates(
      tokens: layout.spread(tokens, filler: 0),
      segments: layout.sequences.map { AttentionSegment(wholeSequence: $0) },
      sources: .states(states.rows, states.ranges.map { AttentionSegment(wholeSequence: $0) }),
      options: Options(
        virtual: targetPrefix == nil ? [] : layout.sequences.map(\.lowerBound), noise: noise, dropout: dropout,
        activations: activations), on: cpu)
    guard layout.count > 0 else { return hidden }
    return cpu.pickRows(layout.sequences.flatMap { $0.dropFirst(layout.count) }, of: hidden)
  }

  private struct Options {
    var observer: DecoderLM.Observer?
    /// The rows at which the virtual tokens of targets begin.
    var virtual: [Int] = []
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
    let prefixes = prefixes(at: options.virtual, on: cpu)
    for (index, block) in blocks.enumerated() {
      step.dropout = dropout?.at("layers.\(index)")
      step.prefixes = prefixes.isEmpty ? [] : prefixes[index]
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

  /// The keys and values of virtual tokens in every layer; none where there are no such tokens.
  private func prefixes(at starts: [Int], on cpu: CPU) -> [[PrefixRows]] {
    guard let targetPrefix, !starts.isEmpty else { return [] }
    guard let shape = prefixShape else { trap("EncoderDecoderLM", "a prefix for layers that differ") }
    return shape.prefixes(targetPrefix(on: cpu), at: starts, on: cpu)
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
