package import InkNN
package import InkTensor

/// An encoder put together from a spec and its weights.
///
/// Sequences lie one behind the other in the rows of a step: none is padded, and none sees another, so each gives the
/// bits it gives alone.
public struct EncoderLM: Sendable {
  /// What the model was built from.
  public internal(set) var spec: EncoderSpec
  var embedding: SequenceEmbedding
  var blocks: [EncoderBlock]
  var finalNorm: Norm?
  var heads: EncoderHeads
  let relativePositions: RelativePositions?
  /// How the keys and values of one layer lie in the pages that live as long as a step.
  let pageLayout: KeyValueLayout
  /// The weights that may be trained, when the model was loaded for that.
  package internal(set) var parameters: [Parameter] = []
  /// What an adapter puts before the tokens of every sequence.
  var prompt: Prompt?

  /// Rows in place of embeddings, or keys and values of every layer, and whose they are.
  struct Prompt: Sendable {
    let adapter: AdapterName
    let tokens: VirtualTokens
  }

  /// Observes the residual stream: called with 0 after the embedding and with `i` after block `i`; behind the last
  /// block the final norm has been applied, where there is one.
  package typealias Observer = (Int, Tensor) -> Void

  /// The residual stream after the last block, for every token of every sequence; in front of them those virtual tokens of
  /// an adapter that stand in place of embeddings, which the rest of the model takes for tokens.
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
    let rows = prompt?.tokens.source(on: cpu)  // [count, width]
    let layout = VirtualLayout(
      lengths: inputs.map(\.tokens.count), virtualTokens: rows?.shape[0] ?? 0, of: prompt?.adapter)
    let segments = AttentionSegment.sequences(layout.sequences.map(\.count), layout: pageLayout, on: cpu)
    var step = DecoderStep(
      segments: segments, rotaries: [], distances: relativePositions?.numbers(on: cpu), noise: noise, cpu: cpu)
    let virtual = virtualParts(rows, at: layout.virtual.map(\.start), on: cpu)
    var x = embedding(
      layout.spread(inputs.flatMap(\.tokens), filler: 0), types: layout.spread(inputs.flatMap(\.allTypes), filler: 0),
      at: layout.sequences.flatMap { 0..<$0.count }, perturbation: perturbation.map { layout.spread($0, on: cpu) },
      replacing: virtual.embedded, on: cpu)
    if let dropout { x = dropout.at("embedding")(x, on: cpu) }
    observer?(0, x)
    for (index, block) in blocks.enumerated() {
      step.dropout = dropout?.at("layers.\(index)")
      step.prefixes = virtual.prefixes.isEmpty ? [] : virtual.prefixes[index]
      switch activations {
      case .kept: x = block(x, step: step)
      case .recomputed: x = step.recomputing([x]) { step, inputs in block(inputs[0], step: step) }
      }
      if index + 1 < blocks.count { observer?(index + 1, x) }
    }
    if let finalNorm { x = finalNorm(x, on: cpu) }
    observer?(blocks.count, x)
    let states = EncoderStates(rows: x, ranges: segments.map(\.rows), virtualTokens: layout.count)
    return virtual.prefixes.isEmpty ? states : states.withoutVirtualTokens(on: cpu)
  }

  /// What the rows of virtual tokens stand for: embeddings at their places, or keys and values in every layer.
  private func virtualParts(
    _ rows: Tensor?, at starts: [Int], on cpu: CPU
  ) -> (embedded: [(start: Int, rows: Tensor)], prefixes: [[PrefixRows]]) {
    guard let rows, let prompt else { return ([], []) }
    switch prompt.tokens {
    case .embedded: return (starts.map { ($0, rows) }, [])
    case .keysAndValues:
      guard let shape = prefixShape else { trap("EncoderLM", "a prefix for layers that differ") }
      return ([], shape.prefixes(rows, at: starts, on: cpu))
    }
  }
}

/// The residual stream of some sequences behind an encoder's last layer.
package struct EncoderStates: Sendable {
  /// All tokens, sequence after sequence: [rows, width].
  package let rows: Tensor
  /// The rows of each sequence, virtual tokens among them.
  package let ranges: [Range<Int>]
  /// How many virtual tokens stand at the beginning of each sequence.
  package let virtualTokens: Int

  /// The rows of tokens alone, sequence after sequence: [tokens, width].
  package func tokens(on cpu: CPU) -> Tensor {
    guard virtualTokens > 0 else { return rows }
    return cpu.pickRows(ranges.flatMap { $0.dropFirst(virtualTokens) }, of: rows)
  }

  /// The states of tokens alone: keys and values are all that a prefix is looked at for.
  func withoutVirtualTokens(on cpu: CPU) -> EncoderStates {
    var own: [Range<Int>] = []
    for range in ranges {
      let start = own.last?.upperBound ?? 0
      own.append(start..<start + range.count - virtualTokens)
    }
    return EncoderStates(rows: tokens(on: cpu), ranges: own, virtualTokens: 0)
  }

  /// The tokens of one sequence, [tokens, width], as constants: gradients end here.
  package subscript(index: Int) -> Tensor { rows.slice(ranges[index]) }

  /// The first token of each sequence, [sequences, width].
  package func firstTokens(on cpu: CPU) -> Tensor { cpu.pickRows(ranges.map(\.lowerBound), of: rows) }

  /// The last token of each sequence, [sequences, width].
  package func lastTokens(on cpu: CPU) -> Tensor { cpu.pickRows(ranges.map { $0.upperBound - 1 }, of: rows) }
}
