package import InkTensor

/// Grouped-query attention with its weights (Ainslie et al., 2023).
package struct GroupedAttention: Sendable {
  package let query: Linear
  package let key: Linear
  package let value: Linear
  package let output: Linear
  /// Norms of each head before rotation.
  package let headNorms: HeadNorms?
  package let heads: Int
  package let keyValueHeads: Int
  package let headWidth: Int
  package let settings: AttentionSettings
  /// The rotation of this layer, if positions enter by one.
  package let rotary: RotaryEmbedding?
  /// This layer's part of a cache page.
  package let cache: KeyValueLayout.Layer

  /// The norms of query and key heads.
  package struct HeadNorms: Sendable {
    package let query: Norm
    package let key: Norm

    package init(query: Norm, key: Norm) {
      self.query = query
      self.key = key
    }
  }

  package init(
    query: Linear, key: Linear, value: Linear, output: Linear, headNorms: HeadNorms?, heads: Int, keyValueHeads: Int,
    headWidth: Int, settings: AttentionSettings, rotary: RotaryEmbedding?, cache: KeyValueLayout.Layer
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.output = output
    self.headNorms = headNorms
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.settings = settings
    self.rotary = rotary
    self.cache = cache
  }

  /// The result for `x` [rows, width], whose keys and values join the cache; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    let rows = x.shape[0]
    let projected = Linear.apply([query, key, value], to: x, on: cpu)
    var queries = projected[0].reshaped([rows, heads, headWidth])
    var keys = projected[1].reshaped([rows, keyValueHeads, headWidth])
    let values = projected[2].reshaped([rows, keyValueHeads, headWidth])
    if let headNorms {
      queries = headNorms.query(queries, on: cpu)
      keys = headNorms.key(keys, on: cpu)
    }
    if let rotary {
      let table = step.rotaryTable(of: rotary)
      queries = cpu.rotate(queries, by: table)
      keys = cpu.rotate(keys, by: table)
    }
    cpu.append(keys: keys, values: values, to: step.segments, layer: cache)
    let mixed = cpu.attention(queries, over: step.segments, layer: cache, settings: settings)
    return output(mixed, addingTo: residual, on: cpu)  // [rows, width]
  }
}
