package import InkTensor

/// Attention of one sequence over the tokens of another, whose keys and values are computed once (Vaswani et al., 2017).
package struct CrossAttention: Sendable {
  package let query: Linear
  package let key: Linear
  package let value: Linear
  package let output: Linear
  package let heads: Int
  package let headWidth: Int
  package let settings: AttentionSettings
  /// This layer's part of a page of the other sequence.
  package let memory: KeyValueLayout.Layer

  /// A layer; the settings' mask must let all keys through.
  package init(
    query: Linear, key: Linear, value: Linear, output: Linear, heads: Int, headWidth: Int,
    settings: AttentionSettings, memory: KeyValueLayout.Layer
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.heads = heads
    self.headWidth = headWidth
    self.settings = settings
    self.memory = memory
  }

  /// Keeps the keys and values of sequences that will be looked at.
  ///
  /// - Parameters:
  ///   - states: [rows, width], the rows of all of them.
  ///   - segments: which rows are whose, and the pages to fill.
  package func remember(_ states: Tensor, in segments: [AttentionSegment], on cpu: CPU) {
    let rows = states.shape[0]
    let projected = Linear.apply([key, value], to: states, on: cpu)
    cpu.append(
      keys: projected[0].reshaped([rows, heads, headWidth]), values: projected[1].reshaped([rows, heads, headWidth]),
      to: segments, layer: memory)
  }

  /// The result for `x` [rows, width]; with a residual its sum with that.
  ///
  /// - Parameter segments: for each sequence of the step, the pages it looks at.
  package func callAsFunction(
    _ x: Tensor, addingTo residual: Tensor?, segments: [AttentionSegment], in context: LinearContext
  ) -> Tensor {
    let cpu = context.cpu
    let queries = query(x, in: context).reshaped([x.shape[0], heads, headWidth])
    let mixed = cpu.attention(queries, over: segments, layer: memory, settings: settings)
    return output(mixed, addingTo: residual, in: context)  // [rows, width]
  }

  /// The same for whole sequences, where nothing keeps the keys and values: training.
  ///
  /// - Parameters:
  ///   - states: [rows of states, width], the sequences that are looked at.
  ///   - segments: the rows of `x` of each sequence from its first token on.
  ///   - sources: for each of them the rows of `states` that it looks at, which no other does.
  package func callAsFunction(
    _ x: Tensor, addingTo residual: Tensor?, over states: Tensor, segments: [AttentionSegment],
    sources: [AttentionSegment], in context: LinearContext
  ) -> Tensor {
    let cpu = context.cpu
    let queries = query(x, in: context).reshaped([x.shape[0], heads, headWidth])
    let projected = Linear.apply([key, value], to: states, in: context)
    let shape: Shape = [states.shape[0], heads, headWidth]
    let mixed = cpu.attention(
      queries, key: projected[0].reshaped(shape), value: projected[1].reshaped(shape), querySegments: segments,
      keySegments: sources, settings: settings)
    return output(mixed, addingTo: residual, in: context)  // [rows, width]
  }
}
