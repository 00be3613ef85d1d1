package import InkTensor

/// Grouped-query attention with its weights (Ainslie et al., 2023).
package struct GroupedAttention: Sendable {
  package let query: Linear
  package let key: Linear
  package let value: Linear
  package let output: Linear
  /// Norms of queries and keys before rotation.
  package let norms: QueryKeyNorms
  package let heads: Int
  package let keyValueHeads: Int
  package let headWidth: Int
  package let settings: AttentionSettings
  /// Queries, keys and values are held between minus this and this when set.
  package let clip: Float?
  /// The rotation of this layer, if positions enter by one.
  package let rotary: RotaryEmbedding?
  /// This layer's part of a cache page.
  package let cache: KeyValueLayout.Layer
  /// What attached adapters let it look at beside the tokens.
  package internal(set) var prompts: [AttachedPrompt] = []

  /// Norms of queries and keys.
  package enum QueryKeyNorms: Sendable {
    case none
    /// On each head.
    case heads(query: Norm, key: Norm)
    /// On all heads together.
    case projection(query: Norm, key: Norm)
  }

  package init(
    query: Linear, key: Linear, value: Linear, output: Linear, norms: QueryKeyNorms, heads: Int, keyValueHeads: Int,
    headWidth: Int, settings: AttentionSettings, clip: Float?, rotary: RotaryEmbedding?, cache: KeyValueLayout.Layer
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.norms = norms
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.settings = settings
    self.clip = clip
    self.rotary = rotary
    self.cache = cache
  }

  /// The result for `x` [rows, width], whose keys and values join the cache; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    let rows = x.shape[0]
    var projected = Linear.apply([query, key, value], to: x, in: step.linears)
    if let clip { projected = projected.map { cpu.clamp($0, to: clip) } }
    var (queries, keys) = normalized(projected[0], projected[1], rows: rows, in: step.linears)
    var values = projected[2].reshaped([rows, keyValueHeads, headWidth])
    if let rotary {
      let table = step.rotaryTable(of: rotary)
      queries = cpu.rotate(queries, by: table)
      keys = cpu.rotate(keys, by: table)
    }
    if !step.prefixes.isEmpty {
      keys = cpu.replacingRows(of: keys, by: step.prefixes.map { ($0.start, $0.keys) })
      values = cpu.replacingRows(of: values, by: step.prefixes.map { ($0.start, $0.values) })
    }
    var settings = settings
    var table: Tensor?
    switch step.distances {
    case .table(let trained)? where step.isWithoutCache: table = trained
    case let numbers?: settings.distanceBias = numbers.bias
    case nil: break
    }
    var mixed: Tensor
    if step.isWithoutCache {
      mixed = cpu.attention(
        queries, key: keys, value: values, segments: step.segments, settings: settings, distanceBias: table)
    } else {
      cpu.append(keys: keys, values: values, to: step.segments, layer: cache)
      mixed = cpu.attention(queries, over: step.segments, layer: cache, settings: settings)
    }
    mixed = addingPrompts(.beforeOutput, queries, to: mixed, step: step)
    let result = output(mixed, addingTo: residual, in: step.linears)  // [rows, width]
    return addingPrompts(.behindOutput, queries, to: result, step: step)
  }

  /// Queries [rows, heads, headWidth] and keys [rows, keyValueHeads, headWidth] after their norms.
  private func normalized(
    _ queries: Tensor, _ keys: Tensor, rows: Int, in context: LinearContext
  ) -> (queries: Tensor, keys: Tensor) {
    let (queryShape, keyShape): (Shape, Shape) = ([rows, heads, headWidth], [rows, keyValueHeads, headWidth])
    switch norms {
    case .none: return (queries.reshaped(queryShape), keys.reshaped(keyShape))
    case .heads(let query, let key):
      return (query(queries.reshaped(queryShape), in: context), key(keys.reshaped(keyShape), in: context))
    case .projection(let query, let key):
      return (query(queries, in: context).reshaped(queryShape), key(keys, in: context).reshaped(keyShape))
    }
  }
}
